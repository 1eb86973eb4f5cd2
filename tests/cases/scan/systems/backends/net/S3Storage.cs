using Amazon.S3;
using Amazon.S3.Model;

public class S3Storage : IStorage
{
    private readonly IAmazonS3 client = new AmazonS3Client();

    public async Task Keep(string name)
    {
        await client.PutObjectAsync(new PutObjectRequest { BucketName = "b", Key = name });
    }
}
