package dev.sluice.demos;

import dev.sluice.Routes;
import dev.sluice.Sluice;

/// One demo's program.
public interface Program {
    /// A server of its own: its address, and who may use it.
    Sluice server();

    /// Told of the server that it is on, before its routes are asked for.
    default void use(Sluice server) {}

    /// What is at which path: of that server, or below a prefix of another.
    void routes(Routes routes);
}
