package com.acme.shop

import com.acme.Cart as Basket
import redis.clients.*

// http://not-a-text.example
const val PREFIX = "http://"
private val client = Redis(System.getenv("REDIS_HOST") ?: "cache")

@Service
class Orders(private val repo: Repo, @Value("\${url}") val url: String = "http://d") : Base(repo), Api {
    private val basket: Basket = Basket("$PREFIX$url/x")

    override fun passed(id: String): Order = repo.find("order:" + id) //~ find Passed ~text order:{id}

    fun thrown(): Order {
        try {
            return repo.load("http://${repo.host}:80") //~ load Passed ~text http://{repo.host}:80
        } catch (e: IOException) {
            throw Unavailable(e)
        }
    }

    fun replaced(): List<Order> {
        val a = try { repo.list(1) } catch (e: Exception) { emptyList } //~ list Replaced
        val b = runCatching { repo.other(1) }.getOrElse { emptyList } //~ other Replaced
        return a + b
    }

    fun ignored() {
        try { repo.touch(1) } catch (e: Exception) { log.warn("x", e) } //~ touch Ignored
        runCatching { repo.mark(1) }.onFailure { log.warn("x") } //~ mark Ignored
        GlobalScope.launch { repo.audit(1) } //~ audit Detached
    }

    @CircuitBreaker(name = "x", fallbackMethod = "none")
    fun guarded() = repo.guarded(1) //~ guarded Replaced
}

fun main() {
    routing { get("/") { repo.later(1) } } //~ later Passed ~deferred later
}
