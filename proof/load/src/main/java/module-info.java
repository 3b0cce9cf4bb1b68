/// Thousands of readers and publishers. Begin with [dev.sluice.load].
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"
}) // HdrHistogram has a fixed name, but no descriptor.
module dev.sluice.load {
    requires static transitive org.jspecify;
    requires transitive dev.sluice.wire;
    requires transitive HdrHistogram;

    exports dev.sluice.load;
    exports dev.sluice.load.http;
}
