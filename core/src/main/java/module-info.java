/// The hub's heart: events, the log, delivery. Needs nothing but the JDK, and stays so: what it does not
/// require here it can't use.
@SuppressWarnings("module") // Whom the last one is for is compiled later.
module dev.sluice.core {
    requires static transitive org.jspecify;

    exports dev.sluice.core.budget;
    exports dev.sluice.core.channel;
    exports dev.sluice.core.cursor;
    exports dev.sluice.core.delivery;
    exports dev.sluice.core.encoded;
    exports dev.sluice.core.event;
    exports dev.sluice.core.log;
    exports dev.sluice.core.memory;
    exports dev.sluice.core.presence;
    exports dev.sluice.core.store to
            dev.sluice.storage;
}
