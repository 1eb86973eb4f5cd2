public interface IOrderService
{
    Task<string> Place(Basket basket);
}

public class OrderService : IOrderService
{
    private readonly HttpClient _http;

    public OrderService(HttpClient http)
    {
        _http = http;
    }

    public async Task<string> Place(Basket basket)
    {
        var response = await _http.PostAsJsonAsync("/orders", basket);
        response.EnsureSuccessStatusCode();
        return await response.Content.ReadAsStringAsync();
    }
}
