using Refit;

var builder = WebApplication.CreateBuilder(args);
builder.Services.AddRefitClient<IBasketApi>()
    .ConfigureHttpClient(client => client.BaseAddress = new Uri("http://basket"));
builder.Services.AddRefitClient<IOrderApi>()
    .ConfigureHttpClient(client => client.BaseAddress = new Uri(builder.Configuration["Services:Orders"]));
builder.Services.AddRefitClient<IAdsApi>()
    .ConfigureHttpClient(client => client.BaseAddress = new Uri(builder.Configuration["Services:Ads"]));
builder.Services.AddScoped<Checkout>();
var app = builder.Build();
app.MapPost("/", async (Checkout checkout) => await checkout.Run("me"));
app.Run();
