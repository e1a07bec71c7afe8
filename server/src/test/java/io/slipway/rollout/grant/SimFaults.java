package io.slipway.rollout.grant;

/**
 * Faults as probabilities: per check-in, per download, per day.
 *
 * @param duplicate a POST arrives twice
 * @param lostPost it does not arrive
 * @param lostAnswer its answer does not arrive
 * @param powerLoss power is lost at some byte
 * @param cut the connection breaks at some byte
 * @param noStart the download never starts
 * @param serverCut the server aborts it
 * @param unrecorded its end is never recorded
 * @param noReturn the device stays away after the download, for days or forever
 * @param reflashPerDay it is flashed by cable
 * @param eraseOnReflash which also erases its identity
 * @param skew nodes' clocks differ by this many ms
 */
record SimFaults(
        double duplicate,
        double lostPost,
        double lostAnswer,
        double powerLoss,
        double cut,
        double noStart,
        double serverCut,
        double unrecorded,
        double noReturn,
        double reflashPerDay,
        double eraseOnReflash,
        long skew) {

    static final SimFaults NONE = new SimFaults(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /** Normal life. */
    static final SimFaults LIFE =
            new SimFaults(0.05, 0.005, 0.005, 0.01, 0.01, 0.005, 0, 0, 0, 0, 0, 2000);

    /** The same without anything that interrupts a download. */
    static final SimFaults MILD = new SimFaults(0.05, 0.005, 0.005, 0, 0, 0, 0, 0, 0, 0, 0, 2000);

    static final SimFaults NO_DOWNLOADS = new SimFaults(0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0);

    static final SimFaults CUT_DOWNLOADS = new SimFaults(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);

    /** A random mix of faults, each frequent or absent. */
    static SimFaults any(SimWorld world) {
        return new SimFaults(
                some(world, 0.3),
                some(world, 0.2),
                some(world, 0.2),
                some(world, 0.3),
                some(world, 0.3),
                some(world, 0.3),
                some(world, 0.2),
                some(world, 0.2),
                some(world, 0.2),
                some(world, 0.2),
                some(world, 0.5),
                world.random.nextBoolean() ? 0 : 3000);
    }

    private static double some(SimWorld world, double most) {
        return world.random.nextInt(3) == 0 ? world.random.nextDouble() * most : 0;
    }
}
