using Blocks.Mongo;

var builder = WebApplication.CreateBuilder(args);
// An extension method, whose class nobody names.
builder.Services.AddMongoStore();
var app = builder.Build();
app.MapPost("/entries", async (IStore store, string text) => await store.SaveAsync(text));
app.Run();
