/// What is done with a folder that is not served: inspection, backup, and repair of damage.
@NullMarked
package dev.sluice.storage.repair;

import org.jspecify.annotations.NullMarked;
