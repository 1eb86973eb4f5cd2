using System;
using System.Net.Http;
using System.Threading.Tasks;

public class Program
{
    private static readonly HttpClient Client = new HttpClient();

    public static void Main(string[] args)
    {
        var app = WebApplication.Create(args);
        app.MapGet("/items", Items);
        app.Run();
    }

    private static async Task<string> Items()
    {
        var host = Environment.GetEnvironmentVariable("CATALOGUE_HOST") ?? "catalogue";
        return await Client.GetStringAsync($"http://{host}/items");
    }
}
