/// The Pusher Channels protocol. It uses only the library's public API.
/// Start with [dev.sluice.pusher.Pusher].
module dev.sluice.pusher {
    requires static org.jspecify;
    requires transitive dev.sluice;
    requires java.net.http;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    exports dev.sluice.pusher;
}
