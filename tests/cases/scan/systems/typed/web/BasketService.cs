public interface IBasketService
{
    Task<Basket> Of(string user);
}

public class BasketService : IBasketService
{
    private readonly HttpClient _client;
    private readonly ILogger<BasketService> _logger;

    public BasketService(HttpClient client, ILogger<BasketService> logger)
    {
        _client = client;
        _logger = logger;
    }

    public async Task<Basket> Of(string user)
    {
        try
        {
            return await _client.GetFromJsonAsync<Basket>($"/basket/{user}");
        }
        catch (HttpRequestException e)
        {
            _logger.LogWarning(e, "no basket");
            return new Basket();
        }
    }
}
