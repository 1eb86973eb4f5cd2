plugins {
    alias(libs.plugins.boot)
}
/* dependencies { implementation("not:this:1") } */
dependencies {
    implementation(platform("software.amazon.awssdk:bom:2"))
    implementation("software.amazon.awssdk:sqs") // "nor:this:1"
    implementation(project(":lib"))
    implementation(libs.kafka.clients)
    runtimeOnly(libs.bundles.stores)
    testImplementation("org.testcontainers:kafka:1")
    constraints { }
}
tasks.register("x") { doLast { println("a:b:c") } }
