package io.slipway.rollout.grant;

/**
 * What goes wrong, as probabilities: per check-in, per download, per day.
 *
 * @param duplicate a POST arrives twice
 * @param lostPost it doesn't arrive
 * @param lostAnswer its answer doesn't
 * @param powerLoss the power goes at some byte
 * @param cut the connection breaks at some byte
 * @param noStart the download never begins
 * @param serverCut the server breaks it off
 * @param unrecorded its end is never recorded
 * @param noReturn the device stays away after the download, for days or for ever
 * @param reflashPerDay somebody flashes it by cable
 * @param eraseOnReflash and erases its identity with it
 * @param skew nodes' clocks differ by so many ms
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

    /** What happens to everybody. */
    static final SimFaults LIFE =
            new SimFaults(0.05, 0.005, 0.005, 0.01, 0.01, 0.005, 0, 0, 0, 0, 0, 2000);

    /** The same without anything that keeps a download from its end. */
    static final SimFaults MILD = new SimFaults(0.05, 0.005, 0.005, 0, 0, 0, 0, 0, 0, 0, 0, 2000);

    static final SimFaults NO_DOWNLOADS = new SimFaults(0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0);

    static final SimFaults CUT_DOWNLOADS = new SimFaults(0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0);

    /** Some of all of it, each fault often or never. */
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
