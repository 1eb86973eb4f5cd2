using Blocks.Mongo;
using MongoDB.Driver;

namespace Blocks.Web;

public static class Defaults
{
    public static WebApplicationBuilder AddDefaults(this WebApplicationBuilder builder)
    {
        builder.Services.AddStoreHealthCheck(new StoreOptions());
        return builder;
    }

    // Asks for all that any of its users may have.
    public static void AddStoreHealthCheck(this IServiceCollection services, StoreOptions options)
    {
        if (!string.IsNullOrEmpty(options.ConnectionString))
        {
            services.AddHealthChecks().AddMongoDb(_ => new MongoClient(options.ConnectionString), name: "mongo");
        }
    }
}
