/// Codecs for programs that talk to a server byte by byte. Begin with [dev.sluice.wire].
module dev.sluice.wire {
    requires static transitive org.jspecify;

    exports dev.sluice.wire;
}
