using Blocks.Mongo;
using Blocks.Web;
using Flights;

var builder = WebApplication.CreateBuilder(args);
builder.AddDefaults();
builder.Services.AddScoped<IStore, FlightStore>();
var app = builder.Build();
app.MapPost("/flights", async (IStore store, string name) => await store.SaveAsync(name));
app.Run();
