using Blocks.Web;

var builder = WebApplication.CreateBuilder(args);
builder.AddDefaults();
var app = builder.Build();
// A method of the same name of something else.
app.MapPost("/users", async (Users users, string name) => await users.SaveAsync(name));
app.Run();

public class Users
{
    public Task SaveAsync(string name) => Task.CompletedTask;
}
