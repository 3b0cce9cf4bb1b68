/// Computes a recommended transport from measurements and requirements. Start with
/// [dev.sluice.lab.recommend.Recommendation].
///
/// [Requirements] is what a recommendation weighs.
@NullMarked
package dev.sluice.lab.recommend;

import org.jspecify.annotations.NullMarked;
