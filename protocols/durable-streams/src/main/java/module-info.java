/// The Durable Streams protocol. It uses only the library's public API.
/// Start with [dev.sluice.durablestreams.DurableStreams].
module dev.sluice.durablestreams {
    requires static org.jspecify;
    requires transitive dev.sluice;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    exports dev.sluice.durablestreams;

    opens dev.sluice.durablestreams to // For its records.
            tools.jackson.databind;
}
