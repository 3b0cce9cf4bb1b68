/// Operations on a folder that no hub serves: inspection, backup, and repair of damage.
///
/// [Backup] copies a folder, [ConsistencyCheck] checks it, and [Salvage] and [Repair] mend a damaged one.
@NullMarked
package dev.sluice.storage.repair;

import org.jspecify.annotations.NullMarked;
