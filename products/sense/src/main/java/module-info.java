/// Sense: monitors servers and web applications, and alerts at once. It uses only the library's public API.
/// Start with [dev.sluice.sense.Sense].
@SuppressWarnings("requires-automatic") // tomlj, OSHI and the decoder of Brotli have fixed names, but no descriptors.
module dev.sluice.sense {
    requires static org.jspecify;
    requires transitive dev.sluice;
    requires transitive dev.sluice.client;
    requires com.github.oshi;
    requires jakarta.mail;
    requires dec;
    requires java.sql;
    requires org.dnsjava;
    requires org.eclipse.angus.mail;
    requires okhttp3;
    requires org.tomlj;
    requires org.xerial.sqlitejdbc;
    requires tools.jackson.databind;

    exports dev.sluice.sense;
    exports dev.sluice.sense.agent;
    exports dev.sluice.sense.limit;

    opens dev.sluice.sense.page to // For its resources.
            dev.sluice;
}
