/// Incidents: what failed, when, who was told, and when it was over. Read [Incident] and [IncidentLog] first.
@NullMarked
package dev.sluice.sense.incident;

import org.jspecify.annotations.NullMarked;
