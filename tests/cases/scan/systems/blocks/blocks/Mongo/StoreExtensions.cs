namespace Blocks.Mongo;

public static class StoreExtensions
{
    public static IServiceCollection AddMongoStore(this IServiceCollection services)
    {
        services.AddScoped<IStore, MongoStore>();
        return services;
    }
}
