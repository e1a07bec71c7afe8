package io.slipway.rollout.grant;

/**
 * Faults as probabilities.
 *
 * @param reflashPerDay the device is flashed by cable
 * @param eraseOnReflash which also erases its identity
 * @param skew nodes' clocks differ by this many ms
 */
record SimFaults(
        PostFaults post,
        DownloadFaults download,
        double reflashPerDay,
        double eraseOnReflash,
        long skew) {

    /**
     * Per check-in.
     *
     * @param duplicate the POST arrives twice
     * @param lost it does not arrive
     * @param lostAnswer its answer does not arrive
     */
    record PostFaults(double duplicate, double lost, double lostAnswer) {

        static final PostFaults NONE = new PostFaults(0, 0, 0);

        static final PostFaults USUAL = new PostFaults(0.05, 0.005, 0.005);
    }

    /**
     * Per download.
     *
     * @param powerLoss power is lost at some byte
     * @param cut the connection breaks at some byte
     * @param noStart it never starts
     * @param serverCut the server aborts it
     * @param unrecorded its end is never recorded
     * @param noReturn the device stays away after it, for days or forever
     */
    record DownloadFaults(
            double powerLoss,
            double cut,
            double noStart,
            double serverCut,
            double unrecorded,
            double noReturn) {

        static final DownloadFaults NONE = new DownloadFaults(0, 0, 0, 0, 0, 0);

        /** The same, but every device returns. */
        DownloadFaults returning() {
            return new DownloadFaults(powerLoss, cut, noStart, serverCut, unrecorded, 0);
        }
    }

    static final SimFaults NONE = new SimFaults(PostFaults.NONE, DownloadFaults.NONE, 0, 0, 0);

    /** Normal life. */
    static final SimFaults LIFE =
            new SimFaults(
                    PostFaults.USUAL, new DownloadFaults(0.01, 0.01, 0.005, 0, 0, 0), 0, 0, 2000);

    /** The same without anything that interrupts a download. */
    static final SimFaults MILD = new SimFaults(PostFaults.USUAL, DownloadFaults.NONE, 0, 0, 2000);

    static final SimFaults NO_DOWNLOADS =
            new SimFaults(PostFaults.NONE, new DownloadFaults(0, 0, 1, 0, 0, 0), 0, 0, 0);

    static final SimFaults CUT_DOWNLOADS =
            new SimFaults(PostFaults.NONE, new DownloadFaults(0, 1, 0, 0, 0, 0), 0, 0, 0);

    /** A random mix of faults, each frequent or absent. */
    static SimFaults any(SimWorld world) {
        return new SimFaults(
                new PostFaults(some(world, 0.3), some(world, 0.2), some(world, 0.2)),
                new DownloadFaults(
                        some(world, 0.3),
                        some(world, 0.3),
                        some(world, 0.3),
                        some(world, 0.2),
                        some(world, 0.2),
                        some(world, 0.2)),
                some(world, 0.2),
                some(world, 0.5),
                world.random.nextBoolean() ? 0 : 3000);
    }

    private static double some(SimWorld world, double most) {
        return world.random.nextInt(3) == 0 ? world.random.nextDouble() * most : 0;
    }
}
