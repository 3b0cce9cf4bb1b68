/// Operations on a folder that no hub serves: inspection, backup, and repair of damage.
@NullMarked
package dev.sluice.storage.repair;

import org.jspecify.annotations.NullMarked;
