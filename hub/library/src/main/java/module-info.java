/// The hub as a library. Begin with [dev.sluice.Sluice]; the rest of the hub is not exported.
module dev.sluice {
    requires static transitive org.jspecify;
    requires dev.sluice.core;
    requires dev.sluice.server;
    requires dev.sluice.storage;

    exports dev.sluice;
}
