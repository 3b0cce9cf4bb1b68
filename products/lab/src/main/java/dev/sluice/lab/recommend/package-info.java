/// From measurements and a need to a transport. Begin with [dev.sluice.lab.recommend.Recommendation].
@NullMarked
package dev.sluice.lab.recommend;

import org.jspecify.annotations.NullMarked;
