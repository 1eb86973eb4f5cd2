var builder = WebApplication.CreateBuilder(args);
if (builder.Configuration["Storage:Provider"] == "Azure")
{
    builder.Services.AddSingleton<IStorage, BlobStorage>();
}
else
{
    builder.Services.AddSingleton<IStorage, S3Storage>();
}
var app = builder.Build();
app.MapPost("/", async (IStorage storage, string name) => { await storage.Keep(name); return "ok"; });
app.Run();
