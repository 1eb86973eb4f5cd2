using MongoDB.Driver;

namespace Blocks.Mongo;

public interface IStore
{
    Task SaveAsync(string text);
}

// An interface could call its methods, and nothing in identity makes one.
public class MongoStore : IStore
{
    private readonly IMongoCollection<string> _texts;

    public MongoStore(StoreOptions options)
    {
        _texts = new MongoClient(options.ConnectionString).GetDatabase("texts").GetCollection<string>("texts");
    }

    public async Task SaveAsync(string text)
    {
        await _texts.InsertOneAsync(text);
    }
}

public class StoreOptions
{
    public string ConnectionString { get; set; }
}
