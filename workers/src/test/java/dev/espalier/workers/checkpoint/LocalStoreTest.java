package dev.espalier.workers.checkpoint;

import dev.espalier.workers.storage.Storage;
import dev.espalier.workers.storage.Storages;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

class LocalStoreTest implements CheckpointStoreContract {
  @TempDir private Path temporary;

  @Override
  public Storage storage() {
    return Storages.at(temporary.resolve("stages").toUri().toString());
  }
}
