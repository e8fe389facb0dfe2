package dev.espalier.sweep.plan;

import dev.espalier.workers.facts.DataFacts;
import dev.espalier.workers.facts.Model;
import dev.espalier.workers.model.Networks;
import java.math.BigDecimal;
import java.math.RoundingMode;

/**
 * The search for the width at which an architecture has a given number of MACs, in steps of 0.01.
 * Channels are whole, so several widths may be one network, and then the least of them is taken.
 * MACs never fall with the width, so that bisection finds it.
 *
 * @param model whose width is the most
 */
record WidthSearch(Model model, DataFacts data) {
  private static final int DECIMALS = 2;

  /**
   * A dense network.
   *
   * @param macs its multiply-accumulates
   * @param isLeast whether it has more than were asked for, and no width has less
   */
  record Found(Model model, long macs, boolean isLeast) {}

  /**
   * The network of nearest MACs, of two the narrower.
   *
   * @param macs at most those of {@code model}
   */
  static Found nearest(Model model, long macs, DataFacts data) {
    WidthSearch search = new WidthSearch(model, data);
    int above = search.least(macs);
    long most = search.macs(above);
    long fewer = above == 1 ? 0 : search.macs(above - 1);
    if (fewer == 0) {
      return new Found(search.at(above), most, most > macs);
    }
    boolean narrower = macs - fewer <= most - macs;
    return new Found(
        search.at(narrower ? search.least(fewer) : above), narrower ? fewer : most, false);
  }

  /** The least width, in steps, of at least so many MACs. */
  private int least(long macs) {
    int low = 1;
    int high =
        model.width().movePointRight(DECIMALS).setScale(0, RoundingMode.CEILING).intValueExact();
    while (low < high) {
      int middle = (low + high) / 2;
      if (macs(middle) >= macs) {
        high = middle;
      } else {
        low = middle + 1;
      }
    }
    return low;
  }

  private Model at(int steps) {
    return new Model(model.architecture(), BigDecimal.valueOf(steps, DECIMALS));
  }

  /** 0 where the width leaves a layer without channels. */
  private long macs(int steps) {
    try {
      return Networks.of(at(steps), data).macs();
    } catch (IllegalArgumentException tooNarrow) {
      return 0;
    }
  }
}
