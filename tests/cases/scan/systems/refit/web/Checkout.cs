public class Checkout
{
    private readonly IBasketApi _baskets;
    private readonly IOrderApi _orders;
    private readonly IStock _stock;
    private readonly ILogger<Checkout> _logger;

    public Checkout(IBasketApi baskets, IOrderApi orders, IStock stock, ILogger<Checkout> logger)
    {
        _baskets = baskets;
        _orders = orders;
        _stock = stock;
        _logger = logger;
    }

    public async Task<string> Run(string user)
    {
        Basket basket;
        try
        {
            basket = await _baskets.BasketOf(user);
        }
        catch (ApiException e)
        {
            _logger.LogWarning(e, "no basket");
            basket = new Basket();
        }
        await _stock.Count(user);
        return await _orders.Place(basket);
    }
}
