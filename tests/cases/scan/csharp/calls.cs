using System;
using S3 = Amazon.S3;

// http://not-a-text.example
var builder = WebApplication.CreateBuilder(args);
var host = Environment.GetEnvironmentVariable("CART_HOST") ?? "cart";
app.MapGet("/cart", async (ICart cart) => await cart.Load($"http://{host}:8080/x")); //~ Load Passed ~deferred Load ~text http://{host}:8080/x

namespace Acme.Shop
{
    /// <summary>http://not-a-text.example</summary>
    [ApiController, Route("api/orders")]
    public class Orders : ControllerBase, IOrders
    {
        private readonly IConnectionMultiplexer _redis;
        public Orders(IConnectionMultiplexer redis) { _redis = redis; }

        [HttpGet("{id}", Name = "get")]
        public async Task<IActionResult> Get(string id)
        {
            try { return Ok(await _client.GetAsync("http://catalogue/" + id)); } //~ GetAsync Fatal ~text http://catalogue/{id}
            catch (HttpRequestException e) { _log.LogError(e, "x"); return StatusCode(503); }
        }

        public Cart Thrown(string id)
        {
            try { return _redis.GetDatabase().Read(id); } //~ Read Passed
            catch (Exception e) { throw new RpcException(new Status(1, $"x {e}")); }
        }

        public List<Ad> Replaced()
        {
            try { return _ads.Find(string.Format("{0}/ads", _url)); } //~ Find Replaced ~text {_url}/ads
            catch { return new List<Ad>(); }
        }

        public async Task Ignored()
        {
            try { await _mail.Send(@"C:\x"); } catch (Exception e) { _logger.LogWarning(e, "x"); } //~ Send Ignored
            _ = Task.Run(() => _audit.Write("x")); //~ Write Detached
        }

        public int Passed => _repo.Count(1); //~ Count Passed
        public static void Main(string[] args) { }
    }
}
