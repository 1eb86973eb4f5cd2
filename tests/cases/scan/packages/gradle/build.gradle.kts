plugins {
    id("org.springframework.boot") version "4.0.0" apply false
}
buildscript { dependencies { classpath("not:this:1") } }
subprojects {
    dependencies {
        implementation("io.sentry:sentry:8")
    }
}
