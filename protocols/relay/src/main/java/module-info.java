/// Answers of AI models, kept in the channels of a hub. It uses only the library's public API.
/// Start with [dev.sluice.relay.Relay].
module dev.sluice.relay {
    requires static org.jspecify;
    requires transitive dev.sluice;
    requires dev.sluice.wire;
    requires java.net.http;
    requires tools.jackson.databind;

    exports dev.sluice.relay;
}
