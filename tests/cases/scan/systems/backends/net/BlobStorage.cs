using Azure.Storage.Blobs;

public class BlobStorage : IStorage
{
    private readonly BlobServiceClient client = new BlobServiceClient(new Uri("https://acme.blob.core.windows.net"));

    public async Task Keep(string name)
    {
        await client.GetBlobContainerClient("b").UploadBlobAsync(name, new BinaryData(name));
    }
}
