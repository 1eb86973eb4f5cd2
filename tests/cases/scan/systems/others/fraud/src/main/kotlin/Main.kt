package fraud

import java.net.URL

fun score(id: String): Int =
    try {
        URL("http://scores/$id").readText().toInt()
    } catch (e: Exception) {
        0
    }

fun main() {
    println(score("1"))
}
