/// The lab: measures the techniques by which a server sends events to its clients. It uses the library's
/// public API. Start with [dev.sluice.lab.LabRun].
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

    opens dev.sluice.lab.page to // For its resources, and for the records that it reads and writes as JSON.
            dev.sluice,
            dev.sluice.server,
            tools.jackson.databind;
}
