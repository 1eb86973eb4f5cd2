var builder = WebApplication.CreateBuilder(args);
builder.Services.AddHttpClient<IBasketService, BasketService>(client =>
{
    client.BaseAddress = new Uri("http://basket");
});
builder.Services.AddHttpClient<IOrderService, OrderService>(client =>
    client.BaseAddress = new Uri(builder.Configuration["Services:Orders"]));
var app = builder.Build();
app.MapGet("/", async (IBasketService baskets, IOrderService orders) =>
{
    var basket = await baskets.Of("me");
    return await orders.Place(basket);
});
app.Run();
