/** The client for Java 17 and later, which needs only the JDK. Begin with {@link dev.sluice.client.SluiceClient}. */
module dev.sluice.client {
    requires transitive java.net.http;
    requires static org.jspecify; // Annotations for compilers only: nothing is needed when running.

    exports dev.sluice.client;
}
