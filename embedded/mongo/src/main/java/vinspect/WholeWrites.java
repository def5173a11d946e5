package vinspect;

import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;
import org.h2.mvstore.MVStore;

/**
 * Writes that are whole and lasting before they are answered. The file by itself is committed at some moment, also in
 * the middle of a command that changes documents and indexes; a process killed then leaves an index without its
 * document. Here a commit waits for the commands under way and keeps new ones out, so that the file holds each
 * command whole or not at all, and a command is answered only when it is in the file. Commands that end together
 * share a commit. The file is handed to the operating system, not forced to the disk: it outlives this process, a
 * loss of power may take the last moments.
 */
final class WholeWrites {
	/** The file is tidied this often, and by rewriting no more than this much at once: everybody waits meanwhile. */
	private static final long TIDY_EVERY_MS = 2_000;
	private static final int TIDY_BYTES = 512 * 1024;
	/** Share of the file, in percent, that should hold something. */
	private static final int FILL_RATE = 50;

	private final MVStore file;
	/** Commands share it; a commit has it alone. Fair, or busy commands would keep a commit waiting for ever. */
	private final ReentrantReadWriteLock lock = new ReentrantReadWriteLock(true);
	private final Object changed = new Object();
	private long written;
	private long committed;

	WholeWrites(MVStore file) {
		this.file = file;
		Thread committer = new Thread(this::commitForEver, "committer");
		committer.setDaemon(true);
		committer.start();
	}

	/** Runs a command, and returns when what it changed is in the file. */
	<T> T write(Supplier<T> command) {
		try {
			return inOneCommit(command);
		} finally {
			awaitCommit();
		}
	}

	private <T> T inOneCommit(Supplier<T> command) {
		lock.readLock().lock();
		try {
			return command.get();
		} finally {
			lock.readLock().unlock();
		}
	}

	private void awaitCommit() {
		synchronized (changed) {
			long mine = ++written;
			changed.notifyAll();
			try {
				while (committed < mine) changed.wait();
			} catch (InterruptedException stopping) {
				Thread.currentThread().interrupt();
			}
		}
	}

	private void commitForEver() {
		try {
			long tidied = System.currentTimeMillis();
			for (;;) {
				long upTo = awaitWrites();
				boolean tidy = System.currentTimeMillis() - tidied > TIDY_EVERY_MS;
				lock.writeLock().lock();
				try {
					file.commit();
					if (tidy) file.compact(FILL_RATE, TIDY_BYTES);
				} finally {
					lock.writeLock().unlock();
				}
				if (tidy) tidied = System.currentTimeMillis();
				synchronized (changed) {
					committed = upTo;
					changed.notifyAll();
				}
			}
		} catch (InterruptedException stopping) {
			Thread.currentThread().interrupt();
		} catch (Throwable broken) {
			// A full disk, say. What was answered is in the file; what was not must not be read as if it were. Whoever
			// started this process starts it again, on the last whole state.
			System.err.println("The file can't be written, the store ends: " + broken);
			Runtime.getRuntime().halt(EmbeddedMongo.FILE_FAILED);
		}
	}

	/** Resolves to the number of the last write that the next commit holds. */
	private long awaitWrites() throws InterruptedException {
		synchronized (changed) {
			while (written == committed) changed.wait();
			return written;
		}
	}
}
