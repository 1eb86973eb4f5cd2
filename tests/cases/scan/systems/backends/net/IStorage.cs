public interface IStorage
{
    Task Keep(string name);
}
