/// The clients of all lanes, on plain sockets. Begin with [dev.sluice.lab.client.LabClient].
@NullMarked
package dev.sluice.lab.client;

import org.jspecify.annotations.NullMarked;
