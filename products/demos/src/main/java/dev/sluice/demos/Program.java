package dev.sluice.demos;

import dev.sluice.Routes;
import dev.sluice.Sluice;

/// The program of a demo.
public interface Program {
    /// Returns a new server for this program, with its address and access settings.
    Sluice server();

    /// Receives the server on which the program runs. Called before [#routes].
    default void use(Sluice server) {}

    /// Registers the program's routes, at the root of its own server or below a prefix of another.
    void routes(Routes routes);
}
