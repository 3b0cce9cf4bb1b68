/// The clients of all lanes, on the connections of [dev.sluice.load.http]. Begin with
/// [dev.sluice.lab.client.LabClient].
@NullMarked
package dev.sluice.lab.client;

import org.jspecify.annotations.NullMarked;
