/// The clients of all lanes, on the connections of [dev.sluice.load.http]. Start with
/// [dev.sluice.lab.client.LabClient].
@NullMarked
package dev.sluice.lab.client;

import org.jspecify.annotations.NullMarked;
