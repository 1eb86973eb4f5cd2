using Blocks.Mongo;

namespace Flights;

// Made by name alone, and what it derives from with it.
public class FlightStore : MongoStore
{
    public FlightStore(StoreOptions options) : base(options)
    {
    }
}
