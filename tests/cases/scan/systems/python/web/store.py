import redis

client = redis.Redis(host="cache", port=6379)


def cached(key):
    try:
        return client.get(key)
    except redis.RedisError:
        return None
