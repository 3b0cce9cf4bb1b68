/// The lab: measures the ways from a server to its clients. A program on the library's public API. Begin with
/// [dev.sluice.lab.LabRun].
@SuppressWarnings("requires-automatic") // HdrHistogram has a fixed name, but no descriptor.
module dev.sluice.lab {
    requires static org.jspecify;
    requires transitive dev.sluice;
    requires dev.sluice.load;
    requires dev.sluice.wire;
    requires java.management;
    requires jdk.management;
    requires tools.jackson.databind;
    requires HdrHistogram;

    exports dev.sluice.lab;
    exports dev.sluice.lab.plan;
    exports dev.sluice.lab.report;

    opens dev.sluice.lab.page to // Its resources, and what it sends and gets as JSON.
            dev.sluice,
            dev.sluice.server,
            tools.jackson.databind;
}
