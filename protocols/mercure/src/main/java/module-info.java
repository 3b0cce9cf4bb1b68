/// The Mercure protocol. It uses only the library's public API.
/// Start with [dev.sluice.mercure.Mercure].
module dev.sluice.mercure {
    requires static org.jspecify;
    requires transitive dev.sluice;
    requires tools.jackson.core;
    requires tools.jackson.databind;

    exports dev.sluice.mercure;

    opens dev.sluice.mercure to // For its records.
            tools.jackson.databind;
}
