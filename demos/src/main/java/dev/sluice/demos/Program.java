package dev.sluice.demos;

import dev.sluice.Routes;
import dev.sluice.Sluice;

/// One demo's program.
public interface Program {
    /// A server of its own: its address, and who may use it.
    Sluice server();

    /// What is at which path: of that server, or below a prefix of another.
    void routes(Routes routes);
}
