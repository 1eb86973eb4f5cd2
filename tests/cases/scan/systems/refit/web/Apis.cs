using Refit;

public interface IBasketApi
{
    [Get("/basket/{user}")]
    Task<Basket> BasketOf(string user);
}

public interface IOrderApi
{
    [Post("/orders")]
    Task<string> Place([Body] Basket basket);
}

// Nobody was seen to ask for it: what becomes of it is not known.
public interface IAdsApi
{
    [Get("/ads")]
    Task<string> Ad();
}

// Nothing says where it is; it has the name of a component all the same.
public interface IStock
{
    Task<int> Count(string item);
}
