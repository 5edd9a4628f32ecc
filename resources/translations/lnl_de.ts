<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>Rooms</name>
    <message>
        <source> with {}</source>
        <translation> mit {}</translation>
    </message>
    <message>
        <source> {} of a class that the project does not have are left out.</source>
        <translation> {} mit einer Klasse, die es im Projekt nicht gibt, bleiben außer Betracht.</translation>
    </message>
    <message>
        <source>A Parquet table of paths and labels (needs pyarrow).</source>
        <translation>Eine Parquet-Tabelle mit Pfaden und Labels (braucht pyarrow).</translation>
    </message>
    <message>
        <source>A class needs a new name; {} will not do.</source>
        <translation>Eine Klasse braucht einen neuen Namen; {} geht nicht.</translation>
    </message>
    <message>
        <source>A classifier needs two classes or more; take some exclusions back.</source>
        <translation>Ein Klassifikator braucht mindestens zwei Klassen; nehmen Sie Ausschlüsse zurück.</translation>
    </message>
    <message>
        <source>A convolutional network, supervised on ImageNet-22k and ImageNet-1k.</source>
        <translation>Ein Faltungsnetz, überwacht trainiert auf ImageNet-22k und ImageNet-1k.</translation>
    </message>
    <message>
        <source>A folder with metadata.csv or metadata.jsonl, at its root or in its split folders.</source>
        <translation>Ein Ordner mit metadata.csv oder metadata.jsonl, oben oder in den Ordnern der Splits.</translation>
    </message>
    <message>
        <source>A linear probe, then the last block on augmented images (the TURTLE report&apos;s settings).</source>
        <translation>Eine lineare Sonde, dann der letzte Block auf augmentierten Bildern (mit den Werten des TURTLE-Berichts).</translation>
    </message>
    <message>
        <source>A linear probe, then the last three blocks on augmented images (the TURTLE report&apos;s settings).</source>
        <translation>Eine lineare Sonde, dann die letzten drei Blöcke auf augmentierten Bildern (mit den Werten des TURTLE-Berichts).</translation>
    </message>
    <message>
        <source>A linear probe, then the whole network on augmented images (the TURTLE report&apos;s settings). For a GPU.</source>
        <translation>Eine lineare Sonde, dann das ganze Netz auf augmentierten Bildern (mit den Werten des TURTLE-Berichts). Für eine GPU.</translation>
    </message>
    <message>
        <source>A model of the open_clip library; its size is counted from its parameters.</source>
        <translation>Ein Modell der Bibliothek open_clip; seine Größe ist aus seinen Parametern gezählt.</translation>
    </message>
    <message>
        <source>A model of the timm library; its size is counted from its parameters.</source>
        <translation>Ein Modell der Bibliothek timm; seine Größe ist aus seinen Parametern gezählt.</translation>
    </message>
    <message>
        <source>A quotation mark is probably not closed. Correct the line and open it again.</source>
        <translation>Wahrscheinlich ist ein Anführungszeichen nicht geschlossen. Berichtigen Sie die Zeile, und öffnen Sie die Tabelle noch einmal.</translation>
    </message>
    <message>
        <source>A robust linear probe, then the last block on what the frozen part saw. Keeps whichever is better on a validation part.</source>
        <translation>Eine robuste lineare Sonde, dann der letzte Block auf dem, was der eingefrorene Teil gesehen hat. Behält, was auf einem Prüfteil besser ist.</translation>
    </message>
    <message>
        <source>A robust probe, then fine-tuning on balanced clean samples of each class.</source>
        <translation>Eine robuste Sonde, dann Nachtrainieren auf gleich vielen sauberen Bildern jeder Klasse.</translation>
    </message>
    <message>
        <source>A second opinion is blind to the others&apos; verdicts.</source>
        <translation>Eine zweite Meinung ist blind für die Urteile der anderen.</translation>
    </message>
    <message>
        <source>A small ImageNet model that needs no download. DINOv2 or CLIP do better where they can be had.</source>
        <translation>Ein kleines ImageNet-Modell, das keinen Download braucht. DINOv2 oder CLIP sind besser, wo es sie gibt.</translation>
    </message>
    <message>
        <source>A table of paths and labels, or a folder with such a table beside its images.</source>
        <translation>Eine Tabelle mit Pfaden und Labels oder ein Ordner mit einer solchen Tabelle neben seinen Bildern.</translation>
    </message>
    <message>
        <source>A weights file belongs to one encoder; name exactly one.</source>
        <translation>Eine Gewichtsdatei gehört zu einem Encoder; nennen Sie genau einen.</translation>
    </message>
    <message>
        <source>About {} % of the labels were taken to be wrong.</source>
        <translation>Etwa {} % der Labels wurden für falsch gehalten.</translation>
    </message>
    <message>
        <source>Accepted the suggestion for {}</source>
        <translation>Vorschlag angenommen für {}</translation>
    </message>
    <message>
        <source>Active and passive loss together and a mixture for each class.</source>
        <translation>Aktiver und passiver Verlust zusammen und eine Mischverteilung je Klasse.</translation>
    </message>
    <message>
        <source>Add a column `label`, or choose another table.</source>
        <translation>Ergänzen Sie eine Spalte `label`, oder wählen Sie eine andere Tabelle.</translation>
    </message>
    <message>
        <source>Add samples, or take some exclusions back.</source>
        <translation>Fügen Sie Bilder hinzu, oder nehmen Sie Ausschlüsse zurück.</translation>
    </message>
    <message>
        <source>Added class {}</source>
        <translation>Klasse {} hinzugefügt</translation>
    </message>
    <message>
        <source>Adopted the opinions on {}</source>
        <translation>Meinungen übernommen für {}</translation>
    </message>
    <message>
        <source>All embeddings are the same, so the labels cannot be judged; embed again.</source>
        <translation>Alle Einbettungen sind gleich, die Labels lassen sich also nicht beurteilen; betten Sie noch einmal ein.</translation>
    </message>
    <message>
        <source>All samples have the same label, so there is nothing to compare it with.</source>
        <translation>Alle Bilder haben dasselbe Label, es gibt also nichts zum Vergleichen.</translation>
    </message>
    <message>
        <source>Allow the download, choose the bundled encoder, or name a local weights file.</source>
        <translation>Erlauben Sie den Download, wählen Sie den mitgelieferten Encoder, oder nennen Sie eine Gewichtsdatei auf diesem Rechner.</translation>
    </message>
    <message>
        <source>An audit needs a sample or more.</source>
        <translation>Eine Stichprobe braucht mindestens ein Bild.</translation>
    </message>
    <message>
        <source>Annotators cannot be weighed over {} classes (at most {}).</source>
        <translation>Annotierende lassen sich über {} Klassen nicht gewichten (höchstens {}).</translation>
    </message>
    <message>
        <source>Annotators together</source>
        <translation>Annotierende zusammen</translation>
    </message>
    <message>
        <source>Another copy is being merged: nothing can be changed until that is over.</source>
        <translation>Eine andere Kopie wird eingemischt: Bis das fertig ist, lässt sich nichts ändern.</translation>
    </message>
    <message>
        <source>Another window has this project open, or the folder is write-protected.</source>
        <translation>Dieses Projekt ist in einem anderen Fenster geöffnet, oder der Ordner ist schreibgeschützt.</translation>
    </message>
    <message>
        <source>Area under the margin</source>
        <translation>Fläche unter dem Abstand</translation>
    </message>
    <message>
        <source>As the whole network, with generalised cross-entropy, which wrong labels mislead less. For a GPU.</source>
        <translation>Wie das ganze Netz, aber mit verallgemeinerter Kreuzentropie, die sich von falschen Labels weniger beirren lässt. Für eine GPU.</translation>
    </message>
    <message>
        <source>Available: {}.</source>
        <translation>Vorhanden: {}.</translation>
    </message>
    <message>
        <source>CLIP ViT-B/32</source>
        <translation>CLIP ViT-B/32</translation>
    </message>
    <message>
        <source>CLIP ViT-L/14</source>
        <translation>CLIP ViT-L/14</translation>
    </message>
    <message>
        <source>CSV or TSV</source>
        <translation>CSV oder TSV</translation>
    </message>
    <message>
        <source>Check that the images can be opened, then embed them again.</source>
        <translation>Prüfen Sie, ob sich die Bilder öffnen lassen, und betten Sie sie dann noch einmal ein.</translation>
    </message>
    <message>
        <source>Check the disk; the model itself is unharmed.</source>
        <translation>Prüfen Sie den Datenträger; das Modell selbst ist unversehrt.</translation>
    </message>
    <message>
        <source>Check the path of the images (`--image-root` for a CSV).</source>
        <translation>Prüfen Sie den Pfad der Bilder (`--image-root` bei einer CSV).</translation>
    </message>
    <message>
        <source>Check the spelling.</source>
        <translation>Prüfen Sie die Schreibung.</translation>
    </message>
    <message>
        <source>Choose a CSV file, or a folder of images.</source>
        <translation>Wählen Sie eine CSV-Datei oder einen Ordner mit Bildern.</translation>
    </message>
    <message>
        <source>Choose a file with paths and labels.</source>
        <translation>Wählen Sie eine Datei mit Pfaden und Labels.</translation>
    </message>
    <message>
        <source>Choose a folder of class folders, or a CSV, TSV, JSON, JSON-lines or Parquet file of paths and labels.</source>
        <translation>Wählen Sie einen Ordner mit Klassenordnern oder eine CSV-, TSV-, JSON-, JSON-Lines- oder Parquet-Datei mit Pfaden und Labels.</translation>
    </message>
    <message>
        <source>Choose a folder that a fine-tune has written.</source>
        <translation>Wählen Sie einen Ordner, den ein Nachtraining geschrieben hat.</translation>
    </message>
    <message>
        <source>Choose a folder you may write to, or change its permissions.</source>
        <translation>Wählen Sie einen Ordner, in den Sie schreiben dürfen, oder ändern Sie seine Rechte.</translation>
    </message>
    <message>
        <source>Choose a new or an empty folder.</source>
        <translation>Wählen Sie einen neuen oder leeren Ordner.</translation>
    </message>
    <message>
        <source>Choose a smaller batch, a smaller encoder, or the method&apos;s recipe on embeddings.</source>
        <translation>Wählen Sie einen kleineren Stapel, einen kleineren Encoder oder das Rezept des Verfahrens auf Einbettungen.</translation>
    </message>
    <message>
        <source>Choose a table with at least a column of paths and one of labels.</source>
        <translation>Wählen Sie eine Tabelle mit mindestens einer Spalte für Pfade und einer für Labels.</translation>
    </message>
    <message>
        <source>Choose a table with at least one path and label.</source>
        <translation>Wählen Sie eine Tabelle mit mindestens einem Pfad und Label.</translation>
    </message>
    <message>
        <source>Choose a table with paths and labels.</source>
        <translation>Wählen Sie eine Tabelle mit Pfaden und Labels.</translation>
    </message>
    <message>
        <source>Choose a table, or leave the annotators out.</source>
        <translation>Wählen Sie eine Tabelle, oder lassen Sie die Annotierenden weg.</translation>
    </message>
    <message>
        <source>Choose another folder, or replace it (--overwrite).</source>
        <translation>Wählen Sie einen anderen Ordner, oder ersetzen Sie ihn (--overwrite).</translation>
    </message>
    <message>
        <source>Choose another model, or give a weights file.</source>
        <translation>Wählen Sie ein anderes Modell, oder geben Sie eine Gewichtsdatei an.</translation>
    </message>
    <message>
        <source>Choose another name, or open it as a project.</source>
        <translation>Wählen Sie einen anderen Namen, oder öffnen Sie ihn als Projekt.</translation>
    </message>
    <message>
        <source>Choose another recipe, such as quick; see `lnl-gui recipes`.</source>
        <translation>Wählen Sie ein anderes Rezept, etwa quick; siehe `lnl-gui recipes`.</translation>
    </message>
    <message>
        <source>Choose copies or hard links instead. On Windows, Developer Mode allows symbolic links; some disks (FAT, exFAT, network shares) never do.</source>
        <translation>Wählen Sie stattdessen Kopien oder harte Verknüpfungen. Unter Windows erlaubt der Entwicklermodus symbolische Verknüpfungen; manche Datenträger (FAT, exFAT, Netzlaufwerke) tun es nie.</translation>
    </message>
    <message>
        <source>Choose one of them instead of the folder.</source>
        <translation>Wählen Sie eine davon statt des Ordners.</translation>
    </message>
    <message>
        <source>Choose one of {}.</source>
        <translation>Wählen Sie aus: {}.</translation>
    </message>
    <message>
        <source>Choose the encoder these weights were made for, or other weights.</source>
        <translation>Wählen Sie den Encoder, für den diese Gewichte gemacht sind, oder andere Gewichte.</translation>
    </message>
    <message>
        <source>Choose the folder that holds one folder for each class, or a CSV file of paths and labels.</source>
        <translation>Wählen Sie den Ordner, in dem für jede Klasse ein Ordner liegt, oder eine CSV-Datei mit Pfaden und Labels.</translation>
    </message>
    <message>
        <source>Choose the table itself, or leave the column options out to read class folders.</source>
        <translation>Wählen Sie die Tabelle selbst, oder lassen Sie die Angaben zu Spalten weg, um Klassenordner zu lesen.</translation>
    </message>
    <message>
        <source>Choose the table itself.</source>
        <translation>Wählen Sie die Tabelle selbst.</translation>
    </message>
    <message>
        <source>Class folders</source>
        <translation>Klassenordner</translation>
    </message>
    <message>
        <source>Class names as text</source>
        <translation>Klassennamen als Text</translation>
    </message>
    <message>
        <source>Class names that differ only in upper and lower case: {}.</source>
        <translation>Klassennamen, die sich nur in Groß- und Kleinschreibung unterscheiden: {}.</translation>
    </message>
    <message>
        <source>Classes whose folder has another name, so that every system accepts it: {} ({}).</source>
        <translation>Klassen, deren Ordner anders heißt, damit jedes System ihn annimmt: {} ({}).</translation>
    </message>
    <message>
        <source>Classes with a single image: {} ({}).</source>
        <translation>Klassen mit nur einem Bild: {} ({}).</translation>
    </message>
    <message>
        <source>Classes with a single training sample are hardly learnt: {}.</source>
        <translation>Klassen mit nur einem Bild zum Trainieren werden kaum gelernt: {}.</translation>
    </message>
    <message>
        <source>Classes with fewer than {} samples: {}. Their labels cannot be judged well; look at them by eye.</source>
        <translation>Klassen mit weniger als {} Bildern: {}. Ihre Labels lassen sich nicht gut beurteilen; sehen Sie sie selbst an.</translation>
    </message>
    <message>
        <source>Classes: {}.</source>
        <translation>Klassen: {}.</translation>
    </message>
    <message>
        <source>Close other programs that use it, choose a smaller backbone, or use the CPU.</source>
        <translation>Schließen Sie andere Programme, die ihn nutzen, wählen Sie ein kleineres Netz, oder nehmen Sie die CPU.</translation>
    </message>
    <message>
        <source>Close other programs that use it, choose a smaller encoder, or run on the CPU.</source>
        <translation>Schließen Sie andere Programme, die ihn nutzen, wählen Sie einen kleineren Encoder, oder rechnen Sie auf der CPU.</translation>
    </message>
    <message>
        <source>Close the other window and open the project again.</source>
        <translation>Schließen Sie das andere Fenster, und öffnen Sie das Projekt noch einmal.</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>Co-teaching</source>
        <translation>Co-Teaching</translation>
    </message>
    <message>
        <source>Compares each image with the words of the class names, without any label.</source>
        <translation>Vergleicht jedes Bild mit den Wörtern der Klassennamen, ganz ohne Label.</translation>
    </message>
    <message>
        <source>Confident learning</source>
        <translation>Confident Learning</translation>
    </message>
    <message>
        <source>Confident learning keeps a table of {} x {} classes in memory, more than its limit of {}.</source>
        <translation>Confident Learning hält eine Tabelle von {} x {} Klassen im Speicher, mehr als seine Grenze von {}.</translation>
    </message>
    <message>
        <source>Confirm more labels, or measure on all of them.</source>
        <translation>Bestätigen Sie mehr Labels, oder messen Sie an allen.</translation>
    </message>
    <message>
        <source>Connect to the network and try again, use the bundled encoder, or {}</source>
        <translation>Stellen Sie eine Netzverbindung her und versuchen Sie es noch einmal, nehmen Sie den mitgelieferten Encoder, oder: {}</translation>
    </message>
    <message>
        <source>ConvNeXt-T</source>
        <translation>ConvNeXt-T</translation>
    </message>
    <message>
        <source>Copied, because hard links are not possible between the originals&apos; disk and the destination&apos;s: {} of {} images.</source>
        <translation>Kopiert, weil zwischen dem Datenträger der Originale und dem des Ziels keine harten Verknüpfungen möglich sind: {} von {} Bildern.</translation>
    </message>
    <message>
        <source>Correct the line and open it again.</source>
        <translation>Berichtigen Sie die Zeile, und öffnen Sie die Datei noch einmal.</translation>
    </message>
    <message>
        <source>Counts confident disagreements of held-out predictions for each pair of classes.</source>
        <translation>Zählt für jedes Paar von Klassen, wo zurückgehaltene Vorhersagen sicher widersprechen.</translation>
    </message>
    <message>
        <source>Cross-entropy and a mixture for each class.</source>
        <translation>Kreuzentropie und eine Mischverteilung je Klasse.</translation>
    </message>
    <message>
        <source>Current label</source>
        <translation>Aktuelles Label</translation>
    </message>
    <message>
        <source>DINOv2 ViT-B/14</source>
        <translation>DINOv2 ViT-B/14</translation>
    </message>
    <message>
        <source>DINOv2 ViT-L/14</source>
        <translation>DINOv2 ViT-L/14</translation>
    </message>
    <message>
        <source>DINOv2 ViT-S/14</source>
        <translation>DINOv2 ViT-S/14</translation>
    </message>
    <message>
        <source>DINOv2 ViT-g/14</source>
        <translation>DINOv2 ViT-g/14</translation>
    </message>
    <message>
        <source>Density clusters</source>
        <translation>Dichtecluster</translation>
    </message>
    <message>
        <source>Detectors against</source>
        <translation>Detektoren dagegen</translation>
    </message>
    <message>
        <source>Did you mean `{}`? </source>
        <translation>Meinten Sie `{}`? </translation>
    </message>
    <message>
        <source>Did you mean {}?</source>
        <translation>Meinten Sie {}?</translation>
    </message>
    <message>
        <source>Did you mean {}? </source>
        <translation>Meinten Sie {}? </translation>
    </message>
    <message>
        <source>DivideMix</source>
        <translation>DivideMix</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Draw one first.</source>
        <translation>Ziehen Sie zuerst eine.</translation>
    </message>
    <message>
        <source>Dynamic sample weights</source>
        <translation>Dynamische Bildgewichte</translation>
    </message>
    <message>
        <source>Dynamic-weight probe, loss mixture</source>
        <translation>Dynamische Sonde, Verluste</translation>
    </message>
    <message>
        <source>Early-learning regularisation</source>
        <translation>Early-Learning-Regularisierung</translation>
    </message>
    <message>
        <source>EfficientNet-Lite0 (bundled)</source>
        <translation>EfficientNet-Lite0 (mitgeliefert)</translation>
    </message>
    <message>
        <source>EfficientNet-Lite2 (bundled)</source>
        <translation>EfficientNet-Lite2 (mitgeliefert)</translation>
    </message>
    <message>
        <source>Embed the dataset again.</source>
        <translation>Betten Sie den Datensatz noch einmal ein.</translation>
    </message>
    <message>
        <source>Embed the images again.</source>
        <translation>Betten Sie die Bilder noch einmal ein.</translation>
    </message>
    <message>
        <source>Embed the images first.</source>
        <translation>Betten Sie zuerst die Bilder ein.</translation>
    </message>
    <message>
        <source>Estimates how many labels of each class are wrong, then takes the least supported.</source>
        <translation>Schätzt, wie viele Labels jeder Klasse falsch sind, und nimmt dann die am wenigsten gestützten.</translation>
    </message>
    <message>
        <source>Excluded {}</source>
        <translation>{} ausgeschlossen</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Exporting to ONNX needs the package onnxscript.</source>
        <translation>Der Export nach ONNX braucht das Paket onnxscript.</translation>
    </message>
    <message>
        <source>Files passed over because they are no images: {} ({}).</source>
        <translation>Dateien, die übergangen wurden, weil sie keine Bilder sind: {} ({}).</translation>
    </message>
    <message>
        <source>Find suspects</source>
        <translation>Verdächtige finden</translation>
    </message>
    <message>
        <source>Find suspects again, or take that filter away.</source>
        <translation>Finden Sie noch einmal Verdächtige, oder nehmen Sie diesen Filter weg.</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>Nachtrainieren</translation>
    </message>
    <message>
        <source>Fine-tune again, or take a copy that is whole.</source>
        <translation>Trainieren Sie noch einmal nach, oder nehmen Sie eine unversehrte Kopie.</translation>
    </message>
    <message>
        <source>Focal loss</source>
        <translation>Focal Loss</translation>
    </message>
    <message>
        <source>Free some space and do it again; everything before it is safe.</source>
        <translation>Schaffen Sie Platz, und tun Sie es noch einmal; alles davor ist sicher.</translation>
    </message>
    <message>
        <source>Free some space and start again; what was finished is kept.</source>
        <translation>Schaffen Sie Platz, und starten Sie noch einmal; was fertig war, bleibt.</translation>
    </message>
    <message>
        <source>Free some space, or set LNL_HOME to a folder on another disk.</source>
        <translation>Schaffen Sie Platz, oder setzen Sie LNL_HOME auf einen Ordner auf einem anderen Datenträger.</translation>
    </message>
    <message>
        <source>GCE probe, loss mixture</source>
        <translation>GCE-Sonde, Verluste</translation>
    </message>
    <message>
        <source>GPU of this Mac</source>
        <translation>GPU dieses Macs</translation>
    </message>
    <message>
        <source>Generalised cross-entropy</source>
        <translation>Verallgemeinerte Kreuzentropie</translation>
    </message>
    <message>
        <source>Generalised cross-entropy and a mixture for each class, as in TURN.</source>
        <translation>Verallgemeinerte Kreuzentropie und eine Mischverteilung je Klasse, wie in TURN.</translation>
    </message>
    <message>
        <source>Give one class id for each sample, and -1 where nobody has decided.</source>
        <translation>Geben Sie für jedes Bild eine Klassennummer an, und -1, wo niemand entschieden hat.</translation>
    </message>
    <message>
        <source>Give one of them with {}, or its number from 1.</source>
        <translation>Geben Sie eine davon mit {} an, oder ihre Nummer ab 1.</translation>
    </message>
    <message>
        <source>Give the folder that the paths in the table start from.</source>
        <translation>Geben Sie den Ordner an, bei dem die Pfade in der Tabelle beginnen.</translation>
    </message>
    <message>
        <source>Given label</source>
        <translation>Gegebenes Label</translation>
    </message>
    <message>
        <source>Given → suggested</source>
        <translation>Gegeben → vorgeschlagen</translation>
    </message>
    <message>
        <source>Groups the images without labels, then takes each group&apos;s most frequent label.</source>
        <translation>Gruppiert die Bilder ohne Labels und nimmt dann das häufigste Label jeder Gruppe.</translation>
    </message>
    <message>
        <source>HF_HUB_OFFLINE is set</source>
        <translation>HF_HUB_OFFLINE ist gesetzt</translation>
    </message>
    <message>
        <source>Held-out classes without a training sample are never right: {}.</source>
        <translation>Zurückgehaltene Klassen ohne ein Bild zum Trainieren sind nie richtig: {}.</translation>
    </message>
    <message>
        <source>Held-out samples: {}.</source>
        <translation>Zurückgehaltene Bilder: {}.</translation>
    </message>
    <message>
        <source>Hugging Face imagefolder</source>
        <translation>Hugging Face imagefolder</translation>
    </message>
    <message>
        <source>If a browser can reach it, {}</source>
        <translation>Wenn ein Browser sie erreicht: {}</translation>
    </message>
    <message>
        <source>If the images lie elsewhere, give that folder with --image-root.</source>
        <translation>Wenn die Bilder anderswo liegen, geben Sie diesen Ordner mit --image-root an.</translation>
    </message>
    <message>
        <source>Import a dataset with labels.</source>
        <translation>Importieren Sie einen Datensatz mit Labels.</translation>
    </message>
    <message>
        <source>Import the dataset again.</source>
        <translation>Importieren Sie den Datensatz noch einmal.</translation>
    </message>
    <message>
        <source>Install both at once from one index, for example with `uv pip install --reinstall torch torchvision`.</source>
        <translation>Installieren Sie beide zugleich aus einer Quelle, zum Beispiel mit `uv pip install --reinstall torch torchvision`.</translation>
    </message>
    <message>
        <source>Install it with `pip install pyarrow`, or save the table as CSV.</source>
        <translation>Installieren Sie es mit `pip install pyarrow`, oder speichern Sie die Tabelle als CSV.</translation>
    </message>
    <message>
        <source>Install it: pip install &apos;lnl-gui[onnx]&apos;. torch_export needs nothing more.</source>
        <translation>Installieren Sie es: pip install &apos;lnl-gui[onnx]&apos;. torch_export braucht nichts weiter.</translation>
    </message>
    <message>
        <source>Install it: pip install &apos;lnl-gui[tune]&apos;.</source>
        <translation>Installieren Sie es: pip install &apos;lnl-gui[tune]&apos;.</translation>
    </message>
    <message>
        <source>It has: {}.</source>
        <translation>Es gibt: {}.</translation>
    </message>
    <message>
        <source>It is not clear which column of `{}` holds the image paths. Its columns are {}.</source>
        <translation>Es ist nicht klar, welche Spalte von `{}` die Bildpfade enthält. Ihre Spalten sind {}.</translation>
    </message>
    <message>
        <source>It is not clear which column of `{}` holds the labels: {} could.</source>
        <translation>Es ist nicht klar, welche Spalte von `{}` die Labels enthält: {} kommen infrage.</translation>
    </message>
    <message>
        <source>It takes seconds, and it can be cancelled.</source>
        <translation>Es dauert Sekunden und lässt sich abbrechen.</translation>
    </message>
    <message>
        <source>JSON</source>
        <translation>JSON</translation>
    </message>
    <message>
        <source>JSON lines, a list of objects, a map of path to label, COCO or Label Studio.</source>
        <translation>JSON Lines, eine Liste von Objekten, eine Zuordnung von Pfad zu Label, COCO oder Label Studio.</translation>
    </message>
    <message>
        <source>Kept one and excluded the rest of {}</source>
        <translation>Eines behalten und die übrigen ausgeschlossen: {}</translation>
    </message>
    <message>
        <source>Kept the label of {}</source>
        <translation>Label behalten für {}</translation>
    </message>
    <message>
        <source>Known are: a list of objects with a path and a label, a map of path to label, COCO (`images`, `annotations`, `categories`) and Label Studio exports.</source>
        <translation>Bekannt sind: eine Liste von Objekten mit Pfad und Label, eine Zuordnung von Pfad zu Label, COCO (`images`, `annotations`, `categories`) und Exporte von Label Studio.</translation>
    </message>
    <message>
        <source>Known are: {}.</source>
        <translation>Bekannt sind: {}.</translation>
    </message>
    <message>
        <source>Known: {}.</source>
        <translation>Bekannt: {}.</translation>
    </message>
    <message>
        <source>Label smoothing</source>
        <translation>Label-Glättung</translation>
    </message>
    <message>
        <source>Label {} is not one of the {} classes.</source>
        <translation>Label {} gehört zu keiner der {} Klassen.</translation>
    </message>
    <message>
        <source>Last block</source>
        <translation>Letzter Block</translation>
    </message>
    <message>
        <source>Last three blocks</source>
        <translation>Letzte drei Blöcke</translation>
    </message>
    <message>
        <source>Leave this detector out, or ask for fewer clusters.</source>
        <translation>Lassen Sie diesen Detektor weg, oder verlangen Sie weniger Cluster.</translation>
    </message>
    <message>
        <source>Leave this detector out; the others do not need it.</source>
        <translation>Lassen Sie diesen Detektor weg; die anderen brauchen ihn nicht.</translation>
    </message>
    <message>
        <source>Left out the class names of {} as text: {}</source>
        <translation>Klassennamen von {} als Text weggelassen: {}</translation>
    </message>
    <message>
        <source>Left out {}: {}</source>
        <translation>{} weggelassen: {}</translation>
    </message>
    <message>
        <source>Left out, because their embeddings hold values that are not numbers: {}. Embed the images again.</source>
        <translation>Außer Betracht, weil ihre Einbettungen Werte enthalten, die keine Zahlen sind: {}. Betten Sie die Bilder noch einmal ein.</translation>
    </message>
    <message>
        <source>Left out, because they have no given label: {}.</source>
        <translation>Außer Betracht, weil sie kein gegebenes Label haben: {}.</translation>
    </message>
    <message>
        <source>Linear probe</source>
        <translation>Lineare Sonde</translation>
    </message>
    <message>
        <source>Links to folders that were not followed, because those are read already: {} ({}).</source>
        <translation>Verknüpfungen zu Ordnern, denen nicht gefolgt wurde, weil diese schon gelesen sind: {} ({}).</translation>
    </message>
    <message>
        <source>Look at all {} images and find the labels that do not fit.</source>
        <translation>Alle {} Bilder ansehen und die Labels finden, die nicht passen.</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Lower the learning rate and start again; what was kept last is still good.</source>
        <translation>Senken Sie die Lernrate, und starten Sie noch einmal; was zuletzt behalten wurde, ist noch gut.</translation>
    </message>
    <message>
        <source>MAE ViT-B/16</source>
        <translation>MAE ViT-B/16</translation>
    </message>
    <message>
        <source>MSN ViT-B/16</source>
        <translation>MSN ViT-B/16</translation>
    </message>
    <message>
        <source>Majority label of dense regions; images between them get no vote.</source>
        <translation>Mehrheitslabel dichter Bereiche; Bilder dazwischen bekommen keine Stimme.</translation>
    </message>
    <message>
        <source>Majority label of three k-means clusters a class.</source>
        <translation>Mehrheitslabel von drei k-means-Clustern je Klasse.</translation>
    </message>
    <message>
        <source>Marked as unsure {}</source>
        <translation>{} als unsicher markiert</translation>
    </message>
    <message>
        <source>Masked autoencoder; made for fine-tuning, weak without it. Weights CC BY-NC 4.0.</source>
        <translation>Maskierter Autoencoder; zum Nachtrainieren gemacht, ohne das schwach. Gewichte CC BY-NC 4.0.</translation>
    </message>
    <message>
        <source>Masked siamese network, good with few labels. Weights CC BY-NC 4.0, converted on loading.</source>
        <translation>Maskiertes siamesisches Netz, gut bei wenigen Labels. Gewichte CC BY-NC 4.0, beim Laden umgewandelt.</translation>
    </message>
    <message>
        <source>Mean absolute error</source>
        <translation>Mittlerer absoluter Fehler</translation>
    </message>
    <message>
        <source>Mean probability</source>
        <translation>Mittlere Wahrscheinlichkeit</translation>
    </message>
    <message>
        <source>Measured on all {} labels as they stand, right or wrong: an error that was there before counts as a false alarm when it is found, so precision is better than shown.</source>
        <translation>Gemessen an allen {} Labels, wie sie sind, richtig oder falsch: Ein Fehler, den es schon gab, zählt als Fehlalarm, wenn er gefunden wird; die Genauigkeit ist also besser als gezeigt.</translation>
    </message>
    <message>
        <source>Measured on the {} samples whose label a person confirmed.</source>
        <translation>Gemessen an den {} Bildern, deren Label ein Mensch bestätigt hat.</translation>
    </message>
    <message>
        <source>Measured on {} samples whose true label {} tells.</source>
        <translation>Gemessen an {} Bildern, deren wahres Label in {} steht.</translation>
    </message>
    <message>
        <source>NCE+RCE probe, loss mixture</source>
        <translation>NCE+RCE-Sonde, Verluste</translation>
    </message>
    <message>
        <source>Name a table of true labels (--truth), or add noise, such as symmetric:0.2.</source>
        <translation>Nennen Sie eine Tabelle wahrer Labels (--truth), oder fügen Sie Fehler hinzu, etwa symmetric:0.2.</translation>
    </message>
    <message>
        <source>Name it with --label-column, for example --label-column {}.</source>
        <translation>Nennen Sie sie mit --label-column, zum Beispiel --label-column {}.</translation>
    </message>
    <message>
        <source>Name it with --path-column.</source>
        <translation>Nennen Sie sie mit --path-column.</translation>
    </message>
    <message>
        <source>Name the columns of the labels with --annotator-column.</source>
        <translation>Nennen Sie die Spalten der Labels mit --annotator-column.</translation>
    </message>
    <message>
        <source>Name the label columns.</source>
        <translation>Nennen Sie die Label-Spalten.</translation>
    </message>
    <message>
        <source>Near-duplicate group</source>
        <translation>Gruppe von Dubletten</translation>
    </message>
    <message>
        <source>Nearest neighbours</source>
        <translation>Nächste Nachbarn</translation>
    </message>
    <message>
        <source>No embedding can be read.</source>
        <translation>Keine Einbettung ist lesbar.</translation>
    </message>
    <message>
        <source>No held-out label has been confirmed by a person</source>
        <translation>Kein zurückgehaltenes Label ist von einem Menschen bestätigt</translation>
    </message>
    <message>
        <source>No images were found in `{}`. Looked for files ending in {} in it and in all folders below; {} other files were seen.</source>
        <translation>In `{}` wurden keine Bilder gefunden. Gesucht wurde dort und in allen Ordnern darunter nach Dateien mit der Endung {}; dazu kamen {} andere Dateien.</translation>
    </message>
    <message>
        <source>No row of {} names a sample of the project and one of its classes.</source>
        <translation>Keine Zeile von {} nennt ein Bild des Projekts und eine seiner Klassen.</translation>
    </message>
    <message>
        <source>No sample has both a label and a readable embedding.</source>
        <translation>Kein Bild hat sowohl ein Label als auch eine lesbare Einbettung.</translation>
    </message>
    <message>
        <source>No sample has both a label and probabilities.</source>
        <translation>Kein Bild hat sowohl ein Label als auch Wahrscheinlichkeiten.</translation>
    </message>
    <message>
        <source>No samples are left to train on: all of them are excluded or held out.</source>
        <translation>Es sind keine Bilder zum Trainieren übrig: Alle sind ausgeschlossen oder zurückgehalten.</translation>
    </message>
    <message>
        <source>None of the {} images could be read; the first one: {}.</source>
        <translation>Keines der {} Bilder war lesbar; das erste: {}.</translation>
    </message>
    <message>
        <source>None of the {} rows can be used; for example `{}`: {}. Looked from `{}`.</source>
        <translation>Keine der {} Zeilen ist zu gebrauchen; zum Beispiel `{}`: {}. Gesucht wurde von `{}` aus.</translation>
    </message>
    <message>
        <source>None of {} trials learnt anything.</source>
        <translation>Keiner von {} Versuchen hat etwas gelernt.</translation>
    </message>
    <message>
        <source>Normalised cross-entropy</source>
        <translation>Normalisierte Kreuzentropie</translation>
    </message>
    <message>
        <source>Normalised focal loss</source>
        <translation>Normalisierter Focal Loss</translation>
    </message>
    <message>
        <source>Not a message: {}</source>
        <translation>Keine Nachricht: {}</translation>
    </message>
    <message>
        <source>Nothing is left to train: every layer is frozen.</source>
        <translation>Es ist nichts zu trainieren: Jede Schicht ist eingefroren.</translation>
    </message>
    <message>
        <source>Nothing was changed.</source>
        <translation>Es wurde nichts verändert.</translation>
    </message>
    <message>
        <source>One folder for each class, also nested, also inside train, validation and test.</source>
        <translation>Ein Ordner je Klasse, auch verschachtelt, auch innerhalb von Training, Validierung und Test.</translation>
    </message>
    <message>
        <source>One linear layer on the stored embedding, with generalised cross-entropy: seconds.</source>
        <translation>Eine lineare Schicht auf der gespeicherten Einbettung, mit verallgemeinerter Kreuzentropie: Sekunden.</translation>
    </message>
    <message>
        <source>One network learns from the samples it finds easiest.</source>
        <translation>Ein Netz lernt von den Bildern, die ihm am leichtesten fallen.</translation>
    </message>
    <message>
        <source>Only copies of one project, or projects of the same images and given labels, can be merged. To carry verdicts to a changed dataset, replay the journal.</source>
        <translation>Nur Kopien eines Projekts oder Projekte mit denselben Bildern und gegebenen Labels lassen sich zusammenführen. Um Urteile auf einen geänderten Datensatz zu übertragen, spielen Sie das Journal ab.</translation>
    </message>
    <message>
        <source>Only one class is left to train on ({}).</source>
        <translation>Nur eine Klasse ist zum Trainieren übrig ({}).</translation>
    </message>
    <message>
        <source>Only {} of {} held-out labels have been confirmed by a person</source>
        <translation>Nur {} von {} zurückgehaltenen Labels sind von einem Menschen bestätigt</translation>
    </message>
    <message>
        <source>Only {} samples of fewer than two classes are known to be right.</source>
        <translation>Nur von {} Bildern aus weniger als zwei Klassen ist bekannt, dass sie richtig sind.</translation>
    </message>
    <message>
        <source>Open a folder ending in .lnl, or import a dataset first.</source>
        <translation>Öffnen Sie einen Ordner, der auf .lnl endet, oder importieren Sie zuerst einen Datensatz.</translation>
    </message>
    <message>
        <source>Open it as a project.</source>
        <translation>Öffnen Sie es als Projekt.</translation>
    </message>
    <message>
        <source>Opinions are adopted once nobody works blind any more.</source>
        <translation>Meinungen werden übernommen, sobald niemand mehr blind arbeitet.</translation>
    </message>
    <message>
        <source>Originals that could not be read and are missing: {}; for example `{}`: {}.</source>
        <translation>Originale, die nicht lesbar waren und fehlen: {}; zum Beispiel `{}`: {}.</translation>
    </message>
    <message>
        <source>Parquet</source>
        <translation>Parquet</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Pfad</translation>
    </message>
    <message>
        <source>Paths are written like {}, classes like {}.</source>
        <translation>Pfade werden geschrieben wie {}, Klassen wie {}.</translation>
    </message>
    <message>
        <source>Plain probe, loss mixture</source>
        <translation>Einfache Sonde, Verluste</translation>
    </message>
    <message>
        <source>Plain training with this loss.</source>
        <translation>Einfaches Training mit diesem Verlust.</translation>
    </message>
    <message>
        <source>Put each class into a folder of its own (`cat/1.jpg`, `dog/2.jpg`), or open a CSV file with the columns `path` and `label`.</source>
        <translation>Legen Sie jede Klasse in einen eigenen Ordner (`cat/1.jpg`, `dog/2.jpg`), oder öffnen Sie eine CSV-Datei mit den Spalten `path` und `label`.</translation>
    </message>
    <message>
        <source>Put the file back, or import the dataset again so that it is skipped.</source>
        <translation>Legen Sie die Datei zurück, oder importieren Sie den Datensatz noch einmal, damit sie übergangen wird.</translation>
    </message>
    <message>
        <source>Quick</source>
        <translation>Schnell</translation>
    </message>
    <message>
        <source>Redid: {}</source>
        <translation>Wiederholt: {}</translation>
    </message>
    <message>
        <source>Reinstall the package {}.</source>
        <translation>Installieren Sie das Paket {} neu.</translation>
    </message>
    <message>
        <source>Relabelled {} as {}</source>
        <translation>{} umbenannt in {}</translation>
    </message>
    <message>
        <source>Remove or mend the package that provides it: {}.</source>
        <translation>Entfernen oder berichtigen Sie das Paket, das ihn mitbringt: {}.</translation>
    </message>
    <message>
        <source>Repeated rows, read once: {} ({}).</source>
        <translation>Wiederholte Zeilen, nur einmal gelesen: {} ({}).</translation>
    </message>
    <message>
        <source>Replayed {} operations of {}</source>
        <translation>{} Schritte aus {} wiederholt</translation>
    </message>
    <message>
        <source>ResNet-18</source>
        <translation>ResNet-18</translation>
    </message>
    <message>
        <source>ResNet-50</source>
        <translation>ResNet-50</translation>
    </message>
    <message>
        <source>Reset {}</source>
        <translation>{} zurückgesetzt</translation>
    </message>
    <message>
        <source>Resuming after {} images.</source>
        <translation>Weiter nach {} Bildern.</translation>
    </message>
    <message>
        <source>Reverse cross-entropy</source>
        <translation>Umgekehrte Kreuzentropie</translation>
    </message>
    <message>
        <source>Review {} suspects</source>
        <translation>{} Verdächtige prüfen</translation>
    </message>
    <message>
        <source>Robust probe, loss mixture</source>
        <translation>Robuste Sonde, Verluste</translation>
    </message>
    <message>
        <source>Robust probe, one mixture</source>
        <translation>Robuste Sonde, gemeinsam</translation>
    </message>
    <message>
        <source>Run `lnl-gui finetune` once to see why.</source>
        <translation>Führen Sie einmal `lnl-gui finetune` aus, um zu sehen, warum.</translation>
    </message>
    <message>
        <source>Run the embedding first: `lnl-gui embed PROJECT`.</source>
        <translation>Betten Sie zuerst ein: `lnl-gui embed PROJECT`.</translation>
    </message>
    <message>
        <source>Samples that are neither flagged nor reviewed can be audited.</source>
        <translation>Für eine Stichprobe kommen Bilder infrage, die weder verdächtig noch geprüft sind.</translation>
    </message>
    <message>
        <source>Save it as UTF-8 and open it again.</source>
        <translation>Speichern Sie sie als UTF-8, und öffnen Sie sie noch einmal.</translation>
    </message>
    <message>
        <source>Save the model&apos;s state_dict as safetensors, or with torch.save as tensors alone.</source>
        <translation>Speichern Sie das state_dict des Modells als safetensors oder mit torch.save nur als Tensoren.</translation>
    </message>
    <message>
        <source>See the list of encoders.</source>
        <translation>Siehe die Liste der Encoder.</translation>
    </message>
    <message>
        <source>Self-supervised on 142 M images; a good choice with a GPU.</source>
        <translation>Selbstüberwacht auf 142 Mio. Bildern; mit GPU eine gute Wahl.</translation>
    </message>
    <message>
        <source>Self-supervised on 142 M images; large, for a GPU.</source>
        <translation>Selbstüberwacht auf 142 Mio. Bildern; groß, für eine GPU.</translation>
    </message>
    <message>
        <source>Self-supervised on 142 M images; the best quality for its size.</source>
        <translation>Selbstüberwacht auf 142 Mio. Bildern; das beste seiner Größe.</translation>
    </message>
    <message>
        <source>Self-supervised on 142 M images; the largest, for a GPU with memory to spare.</source>
        <translation>Selbstüberwacht auf 142 Mio. Bildern; das größte, für eine GPU mit viel Speicher.</translation>
    </message>
    <message>
        <source>SimiFeat, rank</source>
        <translation>SimiFeat, Rang</translation>
    </message>
    <message>
        <source>SimiFeat, vote</source>
        <translation>SimiFeat, Abstimmung</translation>
    </message>
    <message>
        <source>Small-loss selection</source>
        <translation>Auswahl nach kleinem Verlust</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Stopped before the comparison; the curated model is kept.</source>
        <translation>Vor dem Vergleich angehalten; das Modell mit den bereinigten Labels bleibt.</translation>
    </message>
    <message>
        <source>Stopped early; the best finished epoch was kept.</source>
        <translation>Vorzeitig angehalten; die beste fertige Epoche wurde behalten.</translation>
    </message>
    <message>
        <source>Suggested label</source>
        <translation>Vorgeschlagenes Label</translation>
    </message>
    <message>
        <source>Supervised on ImageNet-21k and ImageNet-1k.</source>
        <translation>Überwacht trainiert auf ImageNet-21k und ImageNet-1k.</translation>
    </message>
    <message>
        <source>Suspects labels that keep losing to another class while the probe learns.</source>
        <translation>Verdächtigt Labels, die während des Lernens immer wieder einer anderen Klasse unterliegen.</translation>
    </message>
    <message>
        <source>Suspects labels the probe found improbable throughout its training.</source>
        <translation>Verdächtigt Labels, die die Sonde während des ganzen Trainings unwahrscheinlich fand.</translation>
    </message>
    <message>
        <source>Suspicion</source>
        <translation>Verdacht</translation>
    </message>
    <message>
        <source>Symbolic links cannot be made in `{}`: {}.</source>
        <translation>In `{}` lassen sich keine symbolischen Verknüpfungen anlegen: {}.</translation>
    </message>
    <message>
        <source>Symmetric cross-entropy</source>
        <translation>Symmetrische Kreuzentropie</translation>
    </message>
    <message>
        <source>TURN</source>
        <translation>TURN</translation>
    </message>
    <message>
        <source>TURTLE cannot look for {} clusters (at most {}).</source>
        <translation>TURTLE kann nicht nach {} Clustern suchen (höchstens {}).</translation>
    </message>
    <message>
        <source>TURTLE clusters</source>
        <translation>TURTLE-Cluster</translation>
    </message>
    <message>
        <source>Take both from the same encoder.</source>
        <translation>Nehmen Sie beide vom selben Encoder.</translation>
    </message>
    <message>
        <source>Take some exclusions back, or hold out a smaller part.</source>
        <translation>Nehmen Sie Ausschlüsse zurück, oder halten Sie einen kleineren Teil zurück.</translation>
    </message>
    <message>
        <source>Take the filters by reviewer and disagreement away.</source>
        <translation>Nehmen Sie die Filter nach Prüfer und Uneinigkeit weg.</translation>
    </message>
    <message>
        <source>Ten neighbours vote in random halves of the data, 21 times.</source>
        <translation>Zehn Nachbarn stimmen 21-mal in zufälligen Hälften der Daten ab.</translation>
    </message>
    <message>
        <source>The TURTLE report&apos;s small comparison: the whole of ResNet-18, five epochs.</source>
        <translation>Der kleine Vergleich des TURTLE-Berichts: das ganze ResNet-18, fünf Epochen.</translation>
    </message>
    <message>
        <source>The card {} is damaged.</source>
        <translation>Die Karte {} ist beschädigt.</translation>
    </message>
    <message>
        <source>The classic convolutional network, supervised on ImageNet-1k.</source>
        <translation>Das klassische Faltungsnetz, überwacht trainiert auf ImageNet-1k.</translation>
    </message>
    <message>
        <source>The column `{}` holds the image paths, not a person&apos;s labels.</source>
        <translation>Die Spalte `{}` enthält die Bildpfade, nicht die Labels eines Menschen.</translation>
    </message>
    <message>
        <source>The copy of the model differs by {} of its largest logit.</source>
        <translation>Die Kopie des Modells weicht um {} seines größten Logits ab.</translation>
    </message>
    <message>
        <source>The curated dataset has been exported.</source>
        <translation>Der bereinigte Datensatz ist exportiert.</translation>
    </message>
    <message>
        <source>The dataset has no class.</source>
        <translation>Der Datensatz hat keine Klasse.</translation>
    </message>
    <message>
        <source>The device&apos;s memory does not hold the training of a batch of {}.</source>
        <translation>Der Speicher des Geräts reicht nicht für das Training eines Stapels von {}.</translation>
    </message>
    <message>
        <source>The device&apos;s memory does not hold {} images at a time.</source>
        <translation>Der Speicher des Geräts reicht nicht für {} Bilder auf einmal.</translation>
    </message>
    <message>
        <source>The device&apos;s memory does not hold {} images of this training.</source>
        <translation>Der Speicher des Geräts reicht nicht für {} Bilder dieses Trainings.</translation>
    </message>
    <message>
        <source>The disk is full: the last change to {} was not saved.</source>
        <translation>Der Datenträger ist voll: Die letzte Änderung an {} wurde nicht gespeichert.</translation>
    </message>
    <message>
        <source>The embedding is too weak for this data: a classifier on it agrees with {} of the labels, and always naming the largest class would agree with {}. Try another encoder before trusting the suspects.</source>
        <translation>Die Einbettung ist zu schwach für diese Daten: Ein Klassifikator darauf stimmt mit {} der Labels überein, und immer die größte Klasse zu nennen träfe {}. Versuchen Sie einen anderen Encoder, ehe Sie den Verdächtigen trauen.</translation>
    </message>
    <message>
        <source>The entry point {} in {} is not a DetectorInfo.</source>
        <translation>Der Einstiegspunkt {} in {} ist kein DetectorInfo.</translation>
    </message>
    <message>
        <source>The exported model differs from the trained one by {} of its largest logit; it was not kept.</source>
        <translation>Das exportierte Modell weicht vom trainierten um {} seines größten Logits ab; es wurde nicht behalten.</translation>
    </message>
    <message>
        <source>The first line of `{}` was taken for its header.</source>
        <translation>Die erste Zeile von `{}` wurde für den Kopf gehalten.</translation>
    </message>
    <message>
        <source>The held-out fraction must lie between 0 and 1.</source>
        <translation>Der zurückgehaltene Anteil muss zwischen 0 und 1 liegen.</translation>
    </message>
    <message>
        <source>The image root `{}` is not a folder.</source>
        <translation>Der Bildordner `{}` ist kein Ordner.</translation>
    </message>
    <message>
        <source>The image root was ignored: it only concerns tables of paths.</source>
        <translation>Der Bildordner wurde nicht beachtet: Er betrifft nur Tabellen mit Pfaden.</translation>
    </message>
    <message>
        <source>The image {} can no longer be read: {}.</source>
        <translation>Das Bild {} ist nicht mehr lesbar: {}.</translation>
    </message>
    <message>
        <source>The images have not been embedded{} yet.</source>
        <translation>Die Bilder sind noch nicht eingebettet{}.</translation>
    </message>
    <message>
        <source>The images&apos; embedding has {} dimensions, the class names&apos; {}.</source>
        <translation>Die Einbettung der Bilder hat {} Dimensionen, die der Klassennamen {}.</translation>
    </message>
    <message>
        <source>The installed versions may differ from those in the card.</source>
        <translation>Die installierten Versionen weichen vielleicht von denen in der Karte ab.</translation>
    </message>
    <message>
        <source>The label is the column that holds 1 among {}.</source>
        <translation>Das Label ist die Spalte, in der eine 1 steht, unter {}.</translation>
    </message>
    <message>
        <source>The labels as they came can only be judged against the truth.</source>
        <translation>Die Labels, wie sie gekommen sind, lassen sich nur an der Wahrheit messen.</translation>
    </message>
    <message>
        <source>The labels were read from {}.</source>
        <translation>Die Labels wurden aus {} gelesen.</translation>
    </message>
    <message>
        <source>The labels were taken from column `{}`.</source>
        <translation>Die Labels wurden aus der Spalte `{}` genommen.</translation>
    </message>
    <message>
        <source>The loss is not a number in {}.</source>
        <translation>Der Verlust ist keine Zahl in {}.</translation>
    </message>
    <message>
        <source>The loss {} has no option {}.</source>
        <translation>Der Verlust {} hat keine Option {}.</translation>
    </message>
    <message>
        <source>The model file {} is damaged: {}.</source>
        <translation>Die Modelldatei {} ist beschädigt: {}.</translation>
    </message>
    <message>
        <source>The model in {} was written by a newer version.</source>
        <translation>Das Modell in {} wurde von einer neueren Version geschrieben.</translation>
    </message>
    <message>
        <source>The newest detection knows {}.</source>
        <translation>Die neueste Erkennung sagt: {}.</translation>
    </message>
    <message>
        <source>The noise {} has no rate between 0 and 1.</source>
        <translation>Der Fehlerart {} fehlt eine Rate zwischen 0 und 1.</translation>
    </message>
    <message>
        <source>The number given for {} must be above zero, not {}.</source>
        <translation>Der Wert für {} muss über null liegen, nicht {}.</translation>
    </message>
    <message>
        <source>The paths were found in `{}`, not beside the table.</source>
        <translation>Die Pfade wurden in `{}` gefunden, nicht neben der Tabelle.</translation>
    </message>
    <message>
        <source>The project {} could not be written: {}.</source>
        <translation>Das Projekt {} konnte nicht geschrieben werden: {}.</translation>
    </message>
    <message>
        <source>The recipe {} chooses its numbers by itself; there is nothing to tune.</source>
        <translation>Das Rezept {} wählt seine Werte selbst; es gibt nichts abzustimmen.</translation>
    </message>
    <message>
        <source>The same probe; one pair of Gaussians for all classes, as in DivideMix.</source>
        <translation>Dieselbe Sonde; ein Paar Gauß-Kurven für alle Klassen, wie in DivideMix.</translation>
    </message>
    <message>
        <source>The sample to keep is not in the group.</source>
        <translation>Das zu behaltende Bild ist nicht in der Gruppe.</translation>
    </message>
    <message>
        <source>The search for hyper-parameters needs the package optuna.</source>
        <translation>Die Suche nach Hyperparametern braucht das Paket optuna.</translation>
    </message>
    <message>
        <source>The stored embedding is not this encoder&apos;s; it was computed again for training.</source>
        <translation>Die gespeicherte Einbettung ist nicht die dieses Encoders; sie wurde für das Training neu berechnet.</translation>
    </message>
    <message>
        <source>The training ended before its first epoch was finished.</source>
        <translation>Das Training endete, ehe seine erste Epoche fertig war.</translation>
    </message>
    <message>
        <source>The verdicts do not fit {} samples of {} classes.</source>
        <translation>Die Urteile passen nicht zu {} Bildern aus {} Klassen.</translation>
    </message>
    <message>
        <source>The weights are not on this machine yet: {}.</source>
        <translation>Die Gewichte sind noch nicht auf diesem Rechner: {}.</translation>
    </message>
    <message>
        <source>The weights in {} do not fit the encoder {}.</source>
        <translation>Die Gewichte in {} passen nicht zum Encoder {}.</translation>
    </message>
    <message>
        <source>The weights in {} do not fit the encoder: {}.</source>
        <translation>Die Gewichte in {} passen nicht zum Encoder: {}.</translation>
    </message>
    <message>
        <source>The weights of the bundled encoder are damaged: {}.</source>
        <translation>Die Gewichte des mitgelieferten Encoders sind beschädigt: {}.</translation>
    </message>
    <message>
        <source>The weights of the bundled encoder are missing: {}.</source>
        <translation>Die Gewichte des mitgelieferten Encoders fehlen: {}.</translation>
    </message>
    <message>
        <source>The weights of {} are being downloaded by another process.</source>
        <translation>Die Gewichte von {} lädt gerade ein anderer Prozess herunter.</translation>
    </message>
    <message>
        <source>The weights of {} arrived damaged.</source>
        <translation>Die Gewichte von {} sind beschädigt angekommen.</translation>
    </message>
    <message>
        <source>The weights of {} cannot be downloaded from {}: {}.</source>
        <translation>Die Gewichte von {} lassen sich nicht von {} herunterladen: {}.</translation>
    </message>
    <message>
        <source>The weights of {} cannot be downloaded: {}.</source>
        <translation>Die Gewichte von {} lassen sich nicht herunterladen: {}.</translation>
    </message>
    <message>
        <source>The weights of {} need {}, and the disk of {} has {} left.</source>
        <translation>Die Gewichte von {} brauchen {}, und auf dem Datenträger von {} sind noch {} frei.</translation>
    </message>
    <message>
        <source>The whole network with {}, five epochs.</source>
        <translation>Das ganze Netz mit {}, fünf Epochen.</translation>
    </message>
    <message>
        <source>There are no held-out samples, so no accuracy can be reported.</source>
        <translation>Es gibt keine zurückgehaltenen Bilder, also lässt sich keine Genauigkeit angeben.</translation>
    </message>
    <message>
        <source>There are no weights in {}.</source>
        <translation>In {} sind keine Gewichte.</translation>
    </message>
    <message>
        <source>There are too few samples for a validation part, so trials cannot be compared.</source>
        <translation>Für einen Prüfteil gibt es zu wenige Bilder, Versuche lassen sich also nicht vergleichen.</translation>
    </message>
    <message>
        <source>There is no annotator&apos;s label to weigh.</source>
        <translation>Es gibt kein Label von Annotierenden zu gewichten.</translation>
    </message>
    <message>
        <source>There is no audit number {}.</source>
        <translation>Es gibt keine Stichprobe Nummer {}.</translation>
    </message>
    <message>
        <source>There is no augmentation called {}.</source>
        <translation>Es gibt keine Augmentierung namens {}.</translation>
    </message>
    <message>
        <source>There is no class called {}.</source>
        <translation>Es gibt keine Klasse namens {}.</translation>
    </message>
    <message>
        <source>There is no class number {}.</source>
        <translation>Es gibt keine Klasse Nummer {}.</translation>
    </message>
    <message>
        <source>There is no detector called {}.</source>
        <translation>Es gibt keinen Detektor namens {}.</translation>
    </message>
    <message>
        <source>There is no device {} here.</source>
        <translation>Hier gibt es kein Gerät {}.</translation>
    </message>
    <message>
        <source>There is no embedding to judge the labels by.</source>
        <translation>Es gibt keine Einbettung, nach der sich die Labels beurteilen ließen.</translation>
    </message>
    <message>
        <source>There is no encoder named {}.</source>
        <translation>Es gibt keinen Encoder namens {}.</translation>
    </message>
    <message>
        <source>There is no loss called {}.</source>
        <translation>Es gibt keinen Verlust namens {}.</translation>
    </message>
    <message>
        <source>There is no model in {}: {} is missing.</source>
        <translation>In {} ist kein Modell: {} fehlt.</translation>
    </message>
    <message>
        <source>There is no noise called {}.</source>
        <translation>Es gibt keine Fehlerart namens {}.</translation>
    </message>
    <message>
        <source>There is no optimiser called {}.</source>
        <translation>Es gibt kein Optimierungsverfahren namens {}.</translation>
    </message>
    <message>
        <source>There is no part called {}.</source>
        <translation>Es gibt keinen Teil namens {}.</translation>
    </message>
    <message>
        <source>There is no reader `{}`.</source>
        <translation>Es gibt kein Leseverfahren `{}`.</translation>
    </message>
    <message>
        <source>There is no recipe called {}.</source>
        <translation>Es gibt kein Rezept namens {}.</translation>
    </message>
    <message>
        <source>There is no schedule called {}.</source>
        <translation>Es gibt keinen Zeitplan namens {}.</translation>
    </message>
    <message>
        <source>There is no training method called {}.</source>
        <translation>Es gibt kein Trainingsverfahren namens {}.</translation>
    </message>
    <message>
        <source>There is no weights file {}.</source>
        <translation>Es gibt keine Gewichtsdatei {}.</translation>
    </message>
    <message>
        <source>There is no {} called {}.</source>
        <translation>Als {} gibt es {} nicht.</translation>
    </message>
    <message>
        <source>There is nothing to audit.</source>
        <translation>Es gibt nichts für eine Stichprobe.</translation>
    </message>
    <message>
        <source>There is only one class, `{}`: wrong labels cannot be found among one class, only duplicates and odd images.</source>
        <translation>Es gibt nur eine Klasse, `{}`: In einer einzigen Klasse lassen sich keine falschen Labels finden, nur Dubletten und ungewöhnliche Bilder.</translation>
    </message>
    <message>
        <source>This is a fault of the program. What was finished is kept; please report it.</source>
        <translation>Das ist ein Fehler des Programms. Was fertig war, bleibt; bitte melden Sie ihn.</translation>
    </message>
    <message>
        <source>This method has no constant {}.</source>
        <translation>Dieses Verfahren hat keine Konstante {}.</translation>
    </message>
    <message>
        <source>Time of verdict</source>
        <translation>Zeit des Urteils</translation>
    </message>
    <message>
        <source>Took in {} operations of {}</source>
        <translation>{} Schritte aus {} übernommen</translation>
    </message>
    <message>
        <source>Train on the curated labels and see what the cleaning gained.</source>
        <translation>Mit den bereinigten Labels trainieren und sehen, was das Bereinigen gebracht hat.</translation>
    </message>
    <message>
        <source>Trained on images with captions; also votes by the class names.</source>
        <translation>Auf Bildern mit Bildunterschriften trainiert; stimmt auch nach den Klassennamen ab.</translation>
    </message>
    <message>
        <source>Trained on images with captions; large; also votes by the class names.</source>
        <translation>Auf Bildern mit Bildunterschriften trainiert; groß; stimmt auch nach den Klassennamen ab.</translation>
    </message>
    <message>
        <source>Training further did not clearly beat the linear probe on the validation part, so the probe was kept.</source>
        <translation>Das weitere Training hat die lineare Sonde auf dem Prüfteil nicht klar übertroffen; daher wurde die Sonde behalten.</translation>
    </message>
    <message>
        <source>Training stopped at batch {} of {}: the loss is not a number.</source>
        <translation>Das Training hielt bei Stapel {} von {} an: Der Verlust ist keine Zahl.</translation>
    </message>
    <message>
        <source>Trains a linear probe with early-learning regularisation and splits its losses by class.</source>
        <translation>Trainiert eine lineare Sonde mit Early-Learning-Regularisierung und teilt ihre Verluste nach Klasse.</translation>
    </message>
    <message>
        <source>Trial {} learnt nothing: {}</source>
        <translation>Versuch {} hat nichts gelernt: {}</translation>
    </message>
    <message>
        <source>Try again, or {}</source>
        <translation>Versuchen Sie es noch einmal, oder: {}</translation>
    </message>
    <message>
        <source>Twenty most similar images vote, the nearer the louder.</source>
        <translation>Die zwanzig ähnlichsten Bilder stimmen ab, die näheren lauter.</translation>
    </message>
    <message>
        <source>Twice as fast as the default and a little less exact; needs no download.</source>
        <translation>Doppelt so schnell wie der Standard und etwas weniger genau; braucht keinen Download.</translation>
    </message>
    <message>
        <source>Two networks pick small-loss samples for each other.</source>
        <translation>Zwei Netze wählen füreinander Bilder mit kleinem Verlust aus.</translation>
    </message>
    <message>
        <source>Two networks split the data for each other by loss and learn by MixMatch.</source>
        <translation>Zwei Netze teilen die Daten füreinander nach dem Verlust auf und lernen mit MixMatch.</translation>
    </message>
    <message>
        <source>UNICON</source>
        <translation>UNICON</translation>
    </message>
    <message>
        <source>Undid: {}</source>
        <translation>Zurückgenommen: {}</translation>
    </message>
    <message>
        <source>Uniform selection by divergence, MixMatch, and a contrastive term.</source>
        <translation>Gleichmäßige Auswahl nach Divergenz, MixMatch und ein kontrastiver Teil.</translation>
    </message>
    <message>
        <source>Unknown kind of job: {}.</source>
        <translation>Unbekannte Art von Aufgabe: {}.</translation>
    </message>
    <message>
        <source>Unknown parameters of a {} job: {}.</source>
        <translation>Unbekannte Angaben zu einer Aufgabe der Art {}: {}.</translation>
    </message>
    <message>
        <source>Unknown way to write images: {}.</source>
        <translation>Unbekannte Art, Bilder zu schreiben: {}.</translation>
    </message>
    <message>
        <source>Unpack it and choose the folder.</source>
        <translation>Entpacken Sie es, und wählen Sie den Ordner.</translation>
    </message>
    <message>
        <source>Unsure samples count less in training; a mixture for each class.</source>
        <translation>Unsichere Bilder zählen im Training weniger; eine Mischverteilung je Klasse.</translation>
    </message>
    <message>
        <source>Update LNL to replay it.</source>
        <translation>Aktualisieren Sie LNL, um es abzuspielen.</translation>
    </message>
    <message>
        <source>Update the program.</source>
        <translation>Aktualisieren Sie das Programm.</translation>
    </message>
    <message>
        <source>Use 0.2, for example.</source>
        <translation>Nehmen Sie zum Beispiel 0.2.</translation>
    </message>
    <message>
        <source>Use another format; the safetensors model is unharmed.</source>
        <translation>Nehmen Sie ein anderes Format; das safetensors-Modell ist unversehrt.</translation>
    </message>
    <message>
        <source>Use the majority of their labels.</source>
        <translation>Nehmen Sie die Mehrheit ihrer Labels.</translation>
    </message>
    <message>
        <source>Use {}.</source>
        <translation>Möglich sind: {}.</translation>
    </message>
    <message>
        <source>ViT-B/16</source>
        <translation>ViT-B/16</translation>
    </message>
    <message>
        <source>W accepts the suggestion, Q keeps the label, E excludes, N is unsure.</source>
        <translation>W nimmt den Vorschlag an, Q behält das Label, E schließt aus, N ist unsicher.</translation>
    </message>
    <message>
        <source>Wait for it to finish.</source>
        <translation>Warten Sie, bis er fertig ist.</translation>
    </message>
    <message>
        <source>Weighs each person&apos;s label by how often that person is right.</source>
        <translation>Gewichtet die Labels jeder Person danach, wie oft diese Person recht hat.</translation>
    </message>
    <message>
        <source>Whole network</source>
        <translation>Ganzes Netz</translation>
    </message>
    <message>
        <source>Whole network, robust loss</source>
        <translation>Ganzes Netz, robuster Verlust</translation>
    </message>
    <message>
        <source>Write one with `lnl-gui review PROJECT journal --journal FILE`.</source>
        <translation>Schreiben Sie eines mit `lnl-gui review PROJECT journal --journal FILE`.</translation>
    </message>
    <message>
        <source>Write symmetric:0.2.</source>
        <translation>Schreiben Sie symmetric:0.2.</translation>
    </message>
    <message>
        <source>Write the curated dataset, the tables and the journal.</source>
        <translation>Den bereinigten Datensatz, die Tabellen und das Journal schreiben.</translation>
    </message>
    <message>
        <source>Writing handwritten digits to {}</source>
        <translation>Schreibe handgeschriebene Ziffern nach {}</translation>
    </message>
    <message>
        <source>compile</source>
        <translation>übersetze</translation>
    </message>
    <message>
        <source>given labels: {}</source>
        <translation>gegebene Labels: {}</translation>
    </message>
    <message>
        <source>`{}` already holds something.</source>
        <translation>`{}` enthält schon etwas.</translation>
    </message>
    <message>
        <source>Could not {}: {}.</source>
        <translation>Nicht gelungen: {}: {}.</translation>
    </message>
    <message>
        <source>No permission to {}.</source>
        <translation>Keine Berechtigung: {}.</translation>
    </message>
    <message>
        <source>The disk is full: could not {}.</source>
        <translation>Der Datenträger ist voll. Nicht gelungen: {}.</translation>
    </message>
    <message>
        <source>`{}` begins like {} text, but is not: {}.</source>
        <translation>`{}` beginnt wie {}-Text, ist aber keiner: {}.</translation>
    </message>
    <message>
        <source>`{}` cannot be read as Parquet: {}.</source>
        <translation>`{}` ist nicht als Parquet lesbar: {}.</translation>
    </message>
    <message>
        <source>`{}` does not exist.</source>
        <translation>`{}` gibt es nicht.</translation>
    </message>
    <message>
        <source>`{}` has a structure that is not known.</source>
        <translation>Der Aufbau von `{}` ist nicht bekannt.</translation>
    </message>
    <message>
        <source>`{}` has no column `{}`. Its columns are {}.</source>
        <translation>`{}` hat keine Spalte `{}`. Die Spalten sind {}.</translation>
    </message>
    <message>
        <source>`{}` has no column for the label beside {}.</source>
        <translation>`{}` hat neben {} keine Spalte für das Label.</translation>
    </message>
    <message>
        <source>`{}` has no header; its columns are numbered from 1.</source>
        <translation>`{}` hat keinen Kopf; die Spalten sind ab 1 nummeriert.</translation>
    </message>
    <message>
        <source>`{}` has only one column (`{}`). Looked for comma, semicolon, tab, vertical bar and space between columns.</source>
        <translation>`{}` hat nur eine Spalte (`{}`). Gesucht wurde nach Komma, Semikolon, Tabulator, senkrechtem Strich und Leerzeichen zwischen Spalten.</translation>
    </message>
    <message>
        <source>`{}` holds no metadata file ({}).</source>
        <translation>`{}` enthält keine Metadatendatei ({}).</translation>
    </message>
    <message>
        <source>`{}` holds no table of paths and labels ({}).</source>
        <translation>`{}` enthält keine Tabelle mit Pfaden und Labels ({}).</translation>
    </message>
    <message>
        <source>`{}` holds no table that the named column could be in.</source>
        <translation>`{}` enthält keine Tabelle, in der die genannte Spalte sein könnte.</translation>
    </message>
    <message>
        <source>`{}` holds several tables of images: {}.</source>
        <translation>`{}` enthält mehrere Tabellen mit Bildern: {}.</translation>
    </message>
    <message>
        <source>`{}` holds {} images, but none lies in a class folder.</source>
        <translation>`{}` enthält {} Bilder, aber keines liegt in einem Klassenordner.</translation>
    </message>
    <message>
        <source>`{}` is a Parquet file, and reading those needs the package pyarrow.</source>
        <translation>`{}` ist eine Parquet-Datei, und dafür braucht es das Paket pyarrow.</translation>
    </message>
    <message>
        <source>`{}` is a project, not a dataset.</source>
        <translation>`{}` ist ein Projekt, kein Datensatz.</translation>
    </message>
    <message>
        <source>`{}` is an archive.</source>
        <translation>`{}` ist ein Archiv.</translation>
    </message>
    <message>
        <source>`{}` is empty.</source>
        <translation>`{}` ist leer.</translation>
    </message>
    <message>
        <source>`{}` is in no format that is known.</source>
        <translation>`{}` hat kein bekanntes Format.</translation>
    </message>
    <message>
        <source>`{}` is not UTF-8 and was read as Western European text (cp1252).</source>
        <translation>`{}` ist nicht UTF-8 und wurde als westeuropäischer Text (cp1252) gelesen.</translation>
    </message>
    <message>
        <source>`{}` is not text.</source>
        <translation>`{}` ist kein Text.</translation>
    </message>
    <message>
        <source>`{}` lists no images: it has no rows below its header.</source>
        <translation>`{}` nennt keine Bilder: Unter dem Kopf stehen keine Zeilen.</translation>
    </message>
    <message>
        <source>`{}` looks like COCO, but a field is missing: {}.</source>
        <translation>`{}` sieht nach COCO aus, aber ein Feld fehlt: {}.</translation>
    </message>
    <message>
        <source>`{}` was read as path and label separated by space.</source>
        <translation>`{}` wurde als Pfad und Label, durch Leerzeichen getrennt, gelesen.</translation>
    </message>
    <message>
        <source>`{}` was read as {}, which has no columns of annotators.</source>
        <translation>`{}` wurde als {} gelesen; darin gibt es keine Spalten von Annotierenden.</translation>
    </message>
    <message>
        <source>`{}`, at line {} or before: {}.</source>
        <translation>`{}`, in Zeile {} oder davor: {}.</translation>
    </message>
    <message>
        <source>`{}`, line {}, is not valid JSON: {}.</source>
        <translation>`{}`, Zeile {}, ist kein gültiges JSON: {}.</translation>
    </message>
    <message>
        <source>a Git LFS pointer, not the image itself</source>
        <translation>ein Git-LFS-Zeiger, nicht das Bild selbst</translation>
    </message>
    <message>
        <source>a PDF document, not an image</source>
        <translation>ein PDF-Dokument, kein Bild</translation>
    </message>
    <message>
        <source>a PostScript document, not an image</source>
        <translation>ein PostScript-Dokument, kein Bild</translation>
    </message>
    <message>
        <source>a broken link or not a regular file</source>
        <translation>eine ungültige Verknüpfung oder keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>a folder, not a file</source>
        <translation>ein Ordner, keine Datei</translation>
    </message>
    <message>
        <source>a loop of links</source>
        <translation>Verknüpfungen im Kreis</translation>
    </message>
    <message>
        <source>a stratified draw of all samples</source>
        <translation>eine nach Klassen geschichtete Auswahl aus allen Bildern</translation>
    </message>
    <message>
        <source>a stratified draw of samples confirmed by a person</source>
        <translation>eine nach Klassen geschichtete Auswahl aus Bildern, die ein Mensch bestätigt hat</translation>
    </message>
    <message>
        <source>a web address: download the images first</source>
        <translation>eine Webadresse: Laden Sie die Bilder zuerst herunter</translation>
    </message>
    <message>
        <source>a web page, not an image</source>
        <translation>eine Webseite, kein Bild</translation>
    </message>
    <message>
        <source>about a minute on a CPU</source>
        <translation>etwa eine Minute auf einer CPU</translation>
    </message>
    <message>
        <source>about {} hours on a CPU</source>
        <translation>etwa {} Stunden auf einer CPU</translation>
    </message>
    <message>
        <source>about {} minutes on a CPU</source>
        <translation>etwa {} Minuten auf einer CPU</translation>
    </message>
    <message>
        <source>an HEIC image, which cannot be decoded here: convert it to JPEG or PNG</source>
        <translation>ein HEIC-Bild, das hier nicht lesbar ist: Wandeln Sie es in JPEG oder PNG um</translation>
    </message>
    <message>
        <source>an SVG drawing, not a raster image</source>
        <translation>eine SVG-Zeichnung, kein Rasterbild</translation>
    </message>
    <message>
        <source>an XML document, not a raster image</source>
        <translation>ein XML-Dokument, kein Rasterbild</translation>
    </message>
    <message>
        <source>an archive, not an image</source>
        <translation>ein Archiv, kein Bild</translation>
    </message>
    <message>
        <source>annotators disagree or chose several: {}</source>
        <translation>Annotierende sind uneins oder haben mehrere gewählt: {}</translation>
    </message>
    <message>
        <source>as trained on; not confirmed by a person</source>
        <translation>wie trainiert; nicht von einem Menschen bestätigt</translation>
    </message>
    <message>
        <source>batch size</source>
        <translation>die Stapelgröße</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>nicht lesbar</translation>
    </message>
    <message>
        <source>cannot be read: {}</source>
        <translation>nicht lesbar: {}</translation>
    </message>
    <message>
        <source>cleanlab is not installed, so it is not compared: pip install cleanlab.</source>
        <translation>cleanlab ist nicht installiert und wird daher nicht verglichen: pip install cleanlab.</translation>
    </message>
    <message>
        <source>column {}</source>
        <translation>Spalte {}</translation>
    </message>
    <message>
        <source>computing embeddings</source>
        <translation>berechne Einbettungen</translation>
    </message>
    <message>
        <source>consensus</source>
        <translation>Konsens</translation>
    </message>
    <message>
        <source>create the project {}</source>
        <translation>das Projekt {} anlegen</translation>
    </message>
    <message>
        <source>curated labels: {}</source>
        <translation>bereinigte Labels: {}</translation>
    </message>
    <message>
        <source>damaged: {}</source>
        <translation>beschädigt: {}</translation>
    </message>
    <message>
        <source>download the weights of {}</source>
        <translation>die Gewichte von {} herunterladen</translation>
    </message>
    <message>
        <source>download {} on any computer, copy the file here and choose it as weights file (--weights FILE).</source>
        <translation>{} auf irgendeinem Rechner herunterladen, die Datei hierher kopieren und als Gewichtsdatei wählen (--weights FILE).</translation>
    </message>
    <message>
        <source>embedding</source>
        <translation>Einbettung</translation>
    </message>
    <message>
        <source>encoder</source>
        <translation>Encoder</translation>
    </message>
    <message>
        <source>epoch {}</source>
        <translation>Epoche {}</translation>
    </message>
    <message>
        <source>epoch {}, batch {}</source>
        <translation>Epoche {}, Stapel {}</translation>
    </message>
    <message>
        <source>excluded</source>
        <translation>ausgeschlossen</translation>
    </message>
    <message>
        <source>exporting</source>
        <translation>exportiere</translation>
    </message>
    <message>
        <source>file not found</source>
        <translation>Datei nicht gefunden</translation>
    </message>
    <message>
        <source>filled with zeros: the file was probably never written completely</source>
        <translation>mit Nullen gefüllt: Die Datei wurde wahrscheinlich nie ganz geschrieben</translation>
    </message>
    <message>
        <source>fine-tuning</source>
        <translation>Nachtrainieren</translation>
    </message>
    <message>
        <source>k-means cannot look for {} clusters (at most {}).</source>
        <translation>k-means kann nicht nach {} Clustern suchen (höchstens {}).</translation>
    </message>
    <message>
        <source>k-means clusters</source>
        <translation>k-means-Cluster</translation>
    </message>
    <message>
        <source>keep activations for training</source>
        <translation>Aktivierungen für das Training ablegen</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>lab</source>
        <translation>Test</translation>
    </message>
    <message>
        <source>larger than {} GiB</source>
        <translation>größer als {} GiB</translation>
    </message>
    <message>
        <source>last block</source>
        <translation>letzter Block</translation>
    </message>
    <message>
        <source>last three blocks</source>
        <translation>letzte drei Blöcke</translation>
    </message>
    <message>
        <source>layout</source>
        <translation>ordne an</translation>
    </message>
    <message>
        <source>lies directly in the split folder, in no class folder</source>
        <translation>liegt direkt im Ordner des Splits, in keinem Klassenordner</translation>
    </message>
    <message>
        <source>lies in no class folder</source>
        <translation>liegt in keinem Klassenordner</translation>
    </message>
    <message>
        <source>linear probe</source>
        <translation>lineare Sonde</translation>
    </message>
    <message>
        <source>link</source>
        <translation>verknüpfen</translation>
    </message>
    <message>
        <source>listing</source>
        <translation>lese den Datensatz</translation>
    </message>
    <message>
        <source>loading the encoder</source>
        <translation>lade den Encoder</translation>
    </message>
    <message>
        <source>loading {}</source>
        <translation>lade {}</translation>
    </message>
    <message>
        <source>make the folder `{}`</source>
        <translation>den Ordner `{}` anlegen</translation>
    </message>
    <message>
        <source>model</source>
        <translation>Modell</translation>
    </message>
    <message>
        <source>more than {} megapixels</source>
        <translation>mehr als {} Megapixel</translation>
    </message>
    <message>
        <source>neighbours</source>
        <translation>suche Nachbarn</translation>
    </message>
    <message>
        <source>network {} in epoch {}</source>
        <translation>Netz {} in Epoche {}</translation>
    </message>
    <message>
        <source>no detector called {}</source>
        <translation>keinen Detektor namens {}</translation>
    </message>
    <message>
        <source>no issue called {}</source>
        <translation>keinen Mangel namens {}</translation>
    </message>
    <message>
        <source>no label</source>
        <translation>kein Label</translation>
    </message>
    <message>
        <source>no path</source>
        <translation>kein Pfad</translation>
    </message>
    <message>
        <source>no permission to read the file</source>
        <translation>keine Berechtigung, die Datei zu lesen</translation>
    </message>
    <message>
        <source>no reason given</source>
        <translation>ohne Angabe von Gründen</translation>
    </message>
    <message>
        <source>none</source>
        <translation>keine</translation>
    </message>
    <message>
        <source>not a regular file</source>
        <translation>keine gewöhnliche Datei</translation>
    </message>
    <message>
        <source>not an image</source>
        <translation>kein Bild</translation>
    </message>
    <message>
        <source>not an image, or in a format that is not supported</source>
        <translation>kein Bild oder in einem Format, das nicht unterstützt wird</translation>
    </message>
    <message>
        <source>not an object</source>
        <translation>kein Objekt</translation>
    </message>
    <message>
        <source>not enough data</source>
        <translation>zu wenige Daten</translation>
    </message>
    <message>
        <source>open_clip has no pretrained weights for {}.</source>
        <translation>open_clip hat keine vortrainierten Gewichte für {}.</translation>
    </message>
    <message>
        <source>open_clip:{}</source>
        <translation>open_clip:{}</translation>
    </message>
    <message>
        <source>out of memory</source>
        <translation>zu wenig Speicher</translation>
    </message>
    <message>
        <source>place</source>
        <translation>setze Punkte</translation>
    </message>
    <message>
        <source>prepare</source>
        <translation>bereite vor</translation>
    </message>
    <message>
        <source>read `{}`</source>
        <translation>`{}` lesen</translation>
    </message>
    <message>
        <source>reading images</source>
        <translation>lese Bilder</translation>
    </message>
    <message>
        <source>refined probe</source>
        <translation>verfeinerte Sonde</translation>
    </message>
    <message>
        <source>relabelled</source>
        <translation>umbenannt</translation>
    </message>
    <message>
        <source>save predictions</source>
        <translation>Vorhersagen speichern</translation>
    </message>
    <message>
        <source>save the embedding</source>
        <translation>die Einbettung speichern</translation>
    </message>
    <message>
        <source>save the layout</source>
        <translation>die Anordnung speichern</translation>
    </message>
    <message>
        <source>save the model</source>
        <translation>das Modell speichern</translation>
    </message>
    <message>
        <source>save the model&apos;s card</source>
        <translation>die Karte des Modells speichern</translation>
    </message>
    <message>
        <source>save the scores</source>
        <translation>die Bewertungen speichern</translation>
    </message>
    <message>
        <source>save the state of the training</source>
        <translation>den Stand des Trainings speichern</translation>
    </message>
    <message>
        <source>seconds</source>
        <translation>Sekunden</translation>
    </message>
    <message>
        <source>several classes: {}</source>
        <translation>mehrere Klassen: {}</translation>
    </message>
    <message>
        <source>system volume information</source>
        <translation>system volume information</translation>
    </message>
    <message>
        <source>the dataset&apos;s own split</source>
        <translation>der eigene Split des Datensatzes</translation>
    </message>
    <message>
        <source>the file is cut short (truncated)</source>
        <translation>die Datei ist abgeschnitten</translation>
    </message>
    <message>
        <source>the file is empty</source>
        <translation>die Datei ist leer</translation>
    </message>
    <message>
        <source>the file&apos;s name is not valid text: rename it</source>
        <translation>der Name der Datei ist kein gültiger Text: Benennen Sie sie um</translation>
    </message>
    <message>
        <source>the folder cannot be read: {}</source>
        <translation>der Ordner ist nicht lesbar: {}</translation>
    </message>
    <message>
        <source>the line has {} cells, the header {}</source>
        <translation>die Zeile hat {} Zellen, der Kopf {}</translation>
    </message>
    <message>
        <source>the path came before with label `{}`; this row says `{}`</source>
        <translation>der Pfad kam schon mit dem Label `{}`; diese Zeile sagt `{}`</translation>
    </message>
    <message>
        <source>the row is not valid text</source>
        <translation>die Zeile ist kein gültiger Text</translation>
    </message>
    <message>
        <source>this project&apos;s detection</source>
        <translation>die Erkennung dieses Projekts</translation>
    </message>
    <message>
        <source>timm has no pretrained weights for {}.</source>
        <translation>timm hat keine vortrainierten Gewichte für {}.</translation>
    </message>
    <message>
        <source>timm:{}</source>
        <translation>timm:{}</translation>
    </message>
    <message>
        <source>too large for the memory that is free</source>
        <translation>zu groß für den freien Speicher</translation>
    </message>
    <message>
        <source>torch {} and torchvision {} do not belong together.</source>
        <translation>torch {} und torchvision {} gehören nicht zusammen.</translation>
    </message>
    <message>
        <source>trial {} of {}: {}</source>
        <translation>Versuch {} von {}: {}</translation>
    </message>
    <message>
        <source>unseen</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>unsicher</translation>
    </message>
    <message>
        <source>whole network</source>
        <translation>ganzes Netz</translation>
    </message>
    <message>
        <source>without suffix</source>
        <translation>ohne Endung</translation>
    </message>
    <message>
        <source>write `{}`</source>
        <translation>`{}` schreiben</translation>
    </message>
    <message>
        <source>write the export {}</source>
        <translation>den Export {} schreiben</translation>
    </message>
    <message>
        <source>write the images</source>
        <translation>die Bilder schreiben</translation>
    </message>
    <message>
        <source>write the journal {}</source>
        <translation>das Journal {} schreiben</translation>
    </message>
    <message>
        <source>write {}</source>
        <translation>{} schreiben</translation>
    </message>
    <message>
        <source>{} (samples {}, ...)</source>
        <translation>{} (Bilder {}, ...)</translation>
    </message>
    <message>
        <source>{} (timm)</source>
        <translation>{} (timm)</translation>
    </message>
    <message>
        <source>{} A linear layer on the stored embedding: about a minute.</source>
        <translation>{} Eine lineare Schicht auf der gespeicherten Einbettung: etwa eine Minute.</translation>
    </message>
    <message>
        <source>{} Four epochs of the whole network on images. For a GPU.</source>
        <translation>{} Vier Epochen des ganzen Netzes auf Bildern. Für eine GPU.</translation>
    </message>
    <message>
        <source>{} The best model before it was kept.</source>
        <translation>{} Das beste Modell davor wurde behalten.</translation>
    </message>
    <message>
        <source>{} The whole network on augmented images. For a GPU.</source>
        <translation>{} Das ganze Netz auf augmentierten Bildern. Für eine GPU.</translation>
    </message>
    <message>
        <source>{} Training stopped there and the best model before it was kept. Try a lower learning rate.</source>
        <translation>{} Dort hielt das Training an, und das beste Modell davor wurde behalten. Versuchen Sie eine kleinere Lernrate.</translation>
    </message>
    <message>
        <source>{} already holds an export.</source>
        <translation>{} enthält schon einen Export.</translation>
    </message>
    <message>
        <source>{} already holds something that is no export.</source>
        <translation>{} enthält schon etwas, das kein Export ist.</translation>
    </message>
    <message>
        <source>{} and {} more</source>
        <translation>{} und {} weitere</translation>
    </message>
    <message>
        <source>{} could not be read: {}.</source>
        <translation>{} war nicht lesbar: {}.</translation>
    </message>
    <message>
        <source>{} exists already.</source>
        <translation>{} gibt es schon.</translation>
    </message>
    <message>
        <source>{} have another shape ({})</source>
        <translation>{} haben eine andere Form ({})</translation>
    </message>
    <message>
        <source>{} hold images directly, so they were read as classes, although they are named like parts of a split.</source>
        <translation>{} enthalten selbst Bilder und wurden daher als Klassen gelesen, obwohl sie wie Teile eines Splits heißen.</translation>
    </message>
    <message>
        <source>{} holds more than weights (it could run code), so it is not opened.</source>
        <translation>{} enthält mehr als Gewichte (es könnte Code ausführen) und wird daher nicht geöffnet.</translation>
    </message>
    <message>
        <source>{} is a project of another dataset than {}.</source>
        <translation>{} ist ein Projekt eines anderen Datensatzes als {}.</translation>
    </message>
    <message>
        <source>{} is damaged or no database: {}.</source>
        <translation>{} ist beschädigt oder keine Datenbank: {}.</translation>
    </message>
    <message>
        <source>{} is damaged: a line is no operation ({}).</source>
        <translation>{} ist beschädigt: Eine Zeile ist kein Schritt ({}).</translation>
    </message>
    <message>
        <source>{} is no journal of LNL.</source>
        <translation>{} ist kein Journal von LNL.</translation>
    </message>
    <message>
        <source>{} is no journal: {}.</source>
        <translation>{} ist kein Journal: {}.</translation>
    </message>
    <message>
        <source>{} is not a readable weights file.</source>
        <translation>{} ist keine lesbare Gewichtsdatei.</translation>
    </message>
    <message>
        <source>{} is not an LNL project (it has no {}).</source>
        <translation>{} ist kein LNL-Projekt (es hat kein {}).</translation>
    </message>
    <message>
        <source>{} is open in another window; this one may only read.</source>
        <translation>{} ist in einem anderen Fenster geöffnet; dieses darf nur lesen.</translation>
    </message>
    <message>
        <source>{} joined the consensus with weight {}.</source>
        <translation>{} kam mit Gewicht {} in den Konsens.</translation>
    </message>
    <message>
        <source>{} labels do not match embeddings of {} samples.</source>
        <translation>{} Labels passen nicht zu Einbettungen von {} Bildern.</translation>
    </message>
    <message>
        <source>{} learnt from {} of {} samples</source>
        <translation>{} lernte aus {} von {} Bildern</translation>
    </message>
    <message>
        <source>{} lie beside split folders and were read as splits too.</source>
        <translation>{} liegen neben den Ordnern der Splits und wurden auch als Splits gelesen.</translation>
    </message>
    <message>
        <source>{} of {} tensors are missing ({})</source>
        <translation>{} von {} Tensoren fehlen ({})</translation>
    </message>
    <message>
        <source>{} on embeddings</source>
        <translation>{} auf Einbettungen</translation>
    </message>
    <message>
        <source>{} reviews</source>
        <translation>{} prüft</translation>
    </message>
    <message>
        <source>{} reviews blind</source>
        <translation>{} prüft blind</translation>
    </message>
    <message>
        <source>{} sample</source>
        <translation>{} Bild</translation>
    </message>
    <message>
        <source>{} samples</source>
        <translation>{} Bilder</translation>
    </message>
    <message>
        <source>{} samples are too few to judge; nothing was flagged.</source>
        <translation>{} Bilder sind zu wenige für ein Urteil; es wurde nichts markiert.</translation>
    </message>
    <message>
        <source>{} suspects that nobody has looked at are left out of the held-out part, because neither of their labels is sure.</source>
        <translation>{} Verdächtige, die niemand angesehen hat, bleiben aus dem zurückgehaltenen Teil heraus, weil keines ihrer Labels sicher ist.</translation>
    </message>
    <message>
        <source>{} was left out of the consensus, which the labels do not fit better with it.</source>
        <translation>{} blieb außerhalb des Konsenses, der mit ihm nicht besser zu den Labels passt.</translation>
    </message>
    <message>
        <source>{} was written by a newer LNL.</source>
        <translation>{} wurde von einem neueren LNL geschrieben.</translation>
    </message>
    <message>
        <source>{} x {} pixels, more than {} megapixels</source>
        <translation>{} x {} Pixel, mehr als {} Megapixel</translation>
    </message>
    <message>
        <source>{} {} (open_clip)</source>
        <translation>{} {} (open_clip)</translation>
    </message>
    <message>
        <source>{} {} instead of {}</source>
        <translation>{} {} statt {}</translation>
    </message>
    <message>
        <source>{}, epoch {}</source>
        <translation>{}, Epoche {}</translation>
    </message>
    <message>
        <source>{}, to stay quick; a longer recipe takes all.</source>
        <translation>{}, um schnell zu bleiben; ein längeres Rezept nimmt alle.</translation>
    </message>
    <message>
        <source>{}. Wrong labels among them hide part of the difference, and errors that people make alike everywhere can favour the model trained on them.</source>
        <translation>{}. Falsche Labels darunter verbergen einen Teil des Unterschieds, und Fehler, die überall gleich gemacht werden, können das Modell begünstigen, das damit trainiert ist.</translation>
    </message>
    <message>
        <source>{}: the largest difference of a logit is {} of the largest logit on {} images.</source>
        <translation>{}: Die größte Abweichung eines Logits beträgt {} des größten Logits auf {} Bildern.</translation>
    </message>
    <message>
        <source>{}Known are {}.</source>
        <translation>{}Bekannt sind {}.</translation>
    </message>
    <message>
        <source>{}Known are: {}, and plain:LOSS.</source>
        <translation>{}Bekannt sind: {} und plain:LOSS.</translation>
    </message>
    <message>
        <source>{}Known are: {}.</source>
        <translation>{}Bekannt sind: {}.</translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>Verdicts</source>
        <translation>Urteile</translation>
    </message>
    <message>
        <source>Moving and selecting</source>
        <translation>Bewegen und Auswählen</translation>
    </message>
    <message>
        <source>View</source>
        <translation>Ansicht</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>Projekt</translation>
    </message>
    <message>
        <source>Checks</source>
        <translation>Prüfungen</translation>
    </message>
    <message>
        <source>Class with key {}</source>
        <translation>Klasse mit Taste {}</translation>
    </message>
    <message>
        <source>Relabel the selection as the class with key {}</source>
        <translation>Der Auswahl die Klasse mit Taste {} geben</translation>
    </message>
    <message>
        <source>Accept</source>
        <translation>Annehmen</translation>
    </message>
    <message>
        <source>Take the suggested label</source>
        <translation>Das vorgeschlagene Label übernehmen</translation>
    </message>
    <message>
        <source>Keep</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>The given label is right</source>
        <translation>Das gegebene Label stimmt</translation>
    </message>
    <message>
        <source>Exclude</source>
        <translation>Ausschließen</translation>
    </message>
    <message>
        <source>Leave out of the dataset</source>
        <translation>Aus dem Datensatz herauslassen</translation>
    </message>
    <message>
        <source>Unsure</source>
        <translation>Unsicher</translation>
    </message>
    <message>
        <source>Look at it again later</source>
        <translation>Später noch einmal ansehen</translation>
    </message>
    <message>
        <source>Class…</source>
        <translation>Klasse…</translation>
    </message>
    <message>
        <source>Type any class name</source>
        <translation>Einen Klassennamen eintippen</translation>
    </message>
    <message>
        <source>Reset</source>
        <translation>Zurücksetzen</translation>
    </message>
    <message>
        <source>Forget the verdict</source>
        <translation>Das Urteil vergessen</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>Rückgängig</translation>
    </message>
    <message>
        <source>Take the last verdict back</source>
        <translation>Das letzte Urteil zurücknehmen</translation>
    </message>
    <message>
        <source>Redo</source>
        <translation>Wiederholen</translation>
    </message>
    <message>
        <source>Do it again</source>
        <translation>Noch einmal ausführen</translation>
    </message>
    <message>
        <source>Accept all shown</source>
        <translation>Alle gezeigten annehmen</translation>
    </message>
    <message>
        <source>Accept everything shown that is left</source>
        <translation>Alles Gezeigte annehmen, das noch offen ist</translation>
    </message>
    <message>
        <source>Next not reviewed</source>
        <translation>Nächstes offenes Bild</translation>
    </message>
    <message>
        <source>Go to the next undecided sample</source>
        <translation>Zum nächsten Bild ohne Urteil gehen</translation>
    </message>
    <message>
        <source>Next group</source>
        <translation>Nächste Gruppe</translation>
    </message>
    <message>
        <source>Show the largest group with something to review</source>
        <translation>Die größte Gruppe zeigen, in der etwas offen ist</translation>
    </message>
    <message>
        <source>All groups</source>
        <translation>Alle Gruppen</translation>
    </message>
    <message>
        <source>Leave the group</source>
        <translation>Die Gruppe verlassen</translation>
    </message>
    <message>
        <source>Select all</source>
        <translation>Alles auswählen</translation>
    </message>
    <message>
        <source>Select everything shown</source>
        <translation>Alles Gezeigte auswählen</translation>
    </message>
    <message>
        <source>Select none</source>
        <translation>Nichts auswählen</translation>
    </message>
    <message>
        <source>Clear the selection</source>
        <translation>Die Auswahl aufheben</translation>
    </message>
    <message>
        <source>Refresh the view</source>
        <translation>Ansicht auffrischen</translation>
    </message>
    <message>
        <source>Filter and sort anew</source>
        <translation>Neu filtern und sortieren</translation>
    </message>
    <message>
        <source>Larger pictures</source>
        <translation>Größere Bilder</translation>
    </message>
    <message>
        <source>Smaller pictures</source>
        <translation>Kleinere Bilder</translation>
    </message>
    <message>
        <source>Find by path</source>
        <translation>Nach Pfad suchen</translation>
    </message>
    <message>
        <source>Type a part of the path</source>
        <translation>Einen Teil des Pfades eintippen</translation>
    </message>
    <message>
        <source>Go to the grid</source>
        <translation>Zum Raster gehen</translation>
    </message>
    <message>
        <source>Move the keys to the grid</source>
        <translation>Die Tasten auf das Raster richten</translation>
    </message>
    <message>
        <source>Filters</source>
        <translation>Filter</translation>
    </message>
    <message>
        <source>Show or hide the filters</source>
        <translation>Filter zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>Details</translation>
    </message>
    <message>
        <source>Show or hide the details</source>
        <translation>Details zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>Aufgaben</translation>
    </message>
    <message>
        <source>Show or hide jobs and their logs</source>
        <translation>Aufgaben und ihre Protokolle zeigen oder verbergen</translation>
    </message>
    <message>
        <source>Light or dark</source>
        <translation>Hell oder dunkel</translation>
    </message>
    <message>
        <source>Switch between light and dark</source>
        <translation>Zwischen hell und dunkel wechseln</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>Tasten</translation>
    </message>
    <message>
        <source>Show all keys</source>
        <translation>Alle Tasten zeigen</translation>
    </message>
    <message>
        <source>Open dataset…</source>
        <translation>Datensatz öffnen…</translation>
    </message>
    <message>
        <source>A folder or a table</source>
        <translation>Ein Ordner oder eine Tabelle</translation>
    </message>
    <message>
        <source>Open project…</source>
        <translation>Projekt öffnen…</translation>
    </message>
    <message>
        <source>A project folder</source>
        <translation>Ein Projektordner</translation>
    </message>
    <message>
        <source>Close project</source>
        <translation>Projekt schließen</translation>
    </message>
    <message>
        <source>Back to the start page</source>
        <translation>Zurück zur Startseite</translation>
    </message>
    <message>
        <source>Find suspects</source>
        <translation>Verdächtige finden</translation>
    </message>
    <message>
        <source>Embed and detect</source>
        <translation>Einbetten und prüfen</translation>
    </message>
    <message>
        <source>Find suspects with options…</source>
        <translation>Verdächtige finden mit Optionen…</translation>
    </message>
    <message>
        <source>Choose encoders and detectors</source>
        <translation>Encoder und Detektoren wählen</translation>
    </message>
    <message>
        <source>Fine-tune…</source>
        <translation>Nachtrainieren…</translation>
    </message>
    <message>
        <source>Train and compare</source>
        <translation>Trainieren und vergleichen</translation>
    </message>
    <message>
        <source>Export…</source>
        <translation>Exportieren…</translation>
    </message>
    <message>
        <source>Write the curated dataset</source>
        <translation>Den bereinigten Datensatz schreiben</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>Fortschritt</translation>
    </message>
    <message>
        <source>Budget, audits and agreement</source>
        <translation>Aufwand, Stichproben und Übereinstimmung</translation>
    </message>
    <message>
        <source>Duplicates and leaks</source>
        <translation>Dubletten und Lecks</translation>
    </message>
    <message>
        <source>Go through them</source>
        <translation>Sie durchgehen</translation>
    </message>
    <message>
        <source>Next duplicates</source>
        <translation>Nächste Dubletten</translation>
    </message>
    <message>
        <source>The next group of duplicates</source>
        <translation>Die nächste Gruppe von Dubletten</translation>
    </message>
    <message>
        <source>Previous duplicates</source>
        <translation>Vorige Dubletten</translation>
    </message>
    <message>
        <source>The group before</source>
        <translation>Die Gruppe davor</translation>
    </message>
    <message>
        <source>Keep this one</source>
        <translation>Dieses behalten</translation>
    </message>
    <message>
        <source>Exclude its duplicates</source>
        <translation>Seine Dubletten ausschließen</translation>
    </message>
    <message>
        <source>Same label</source>
        <translation>Gleiches Label</translation>
    </message>
    <message>
        <source>Give its duplicates its label</source>
        <translation>Seinen Dubletten sein Label geben</translation>
    </message>
    <message>
        <source>Exclude with duplicates</source>
        <translation>Samt Dubletten ausschließen</translation>
    </message>
    <message>
        <source>Exclude it and its duplicates</source>
        <translation>Es und seine Dubletten ausschließen</translation>
    </message>
    <message>
        <source>Draw an audit…</source>
        <translation>Stichprobe ziehen…</translation>
    </message>
    <message>
        <source>Judge a random sample blind</source>
        <translation>Eine Zufallsstichprobe blind beurteilen</translation>
    </message>
    <message>
        <source>Second opinion…</source>
        <translation>Zweite Meinung…</translation>
    </message>
    <message>
        <source>Review blind, or end it</source>
        <translation>Blind prüfen oder damit aufhören</translation>
    </message>
    <message>
        <source>Disagreements</source>
        <translation>Uneinigkeiten</translation>
    </message>
    <message>
        <source>Where reviewers differ</source>
        <translation>Wo die Prüfenden abweichen</translation>
    </message>
    <message>
        <source>Merge another copy…</source>
        <translation>Andere Kopie einmischen…</translation>
    </message>
    <message>
        <source>Take in its verdicts</source>
        <translation>Ihre Urteile übernehmen</translation>
    </message>
    <message>
        <source>Preferences…</source>
        <translation>Einstellungen…</translation>
    </message>
    <message>
        <source>Look and keys</source>
        <translation>Aussehen und Tasten</translation>
    </message>
    <message>
        <source>About</source>
        <translation>Über LNL</translation>
    </message>
    <message>
        <source>Version and licence</source>
        <translation>Version und Lizenz</translation>
    </message>
    <message>
        <source>Quit</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Close the window</source>
        <translation>Das Fenster schließen</translation>
    </message>
    <message>
        <source>How far can I trust this?…</source>
        <translation>Wie weit kann ich dem trauen?…</translation>
    </message>
    <message>
        <source>Test the detectors</source>
        <translation>Die Detektoren testen</translation>
    </message>
    <message>
        <source>Figures of the last test</source>
        <translation>Zahlen des letzten Tests</translation>
    </message>
    <message>
        <source>Show them again</source>
        <translation>Noch einmal zeigen</translation>
    </message>
    <message>
        <source>Nothing to undo</source>
        <translation>Nichts rückgängig zu machen</translation>
    </message>
    <message>
        <source>Nothing to redo</source>
        <translation>Nichts zu wiederholen</translation>
    </message>
    <message>
        <source>Drew {:,} samples</source>
        <translation>{:,} Bilder gezogen</translation>
    </message>
    <message>
        <source>End</source>
        <translation>Beenden</translation>
    </message>
    <message>
        <source>Audit {}</source>
        <translation>Stichprobe {}</translation>
    </message>
    <message>
        <source>{} of {} judged</source>
        <translation>{} von {} beurteilt</translation>
    </message>
    <message>
        <source>Judge by the picture alone: {} keeps the label, {} gives another, {} excludes, {} is unsure.</source>
        <translation>Urteilen Sie nur nach dem Bild: {} behält das Label, {} gibt ein anderes, {} schließt aus, {} ist unsicher.</translation>
    </message>
    <message>
        <source>Map of the embedding</source>
        <translation>Karte der Einbettung</translation>
    </message>
    <message>
        <source>{} samples</source>
        <translation>{} Bilder</translation>
    </message>
    <message>
        <source>{} samples, {} selected</source>
        <translation>{} Bilder, {} ausgewählt</translation>
    </message>
    <message>
        <source>No embedding yet.</source>
        <translation>Noch keine Einbettung.</translation>
    </message>
    <message>
        <source>Matrix of given and suggested labels</source>
        <translation>Matrix der gegebenen und vorgeschlagenen Labels</translation>
    </message>
    <message>
        <source>No suggestions yet.</source>
        <translation>Noch keine Vorschläge.</translation>
    </message>
    <message>
        <source>given ↓</source>
        <translation>gegeben ↓</translation>
    </message>
    <message>
        <source>suggested →</source>
        <translation>vorgeschlagen →</translation>
    </message>
    <message>
        <source>Histogram of losses</source>
        <translation>Histogramm der Verluste</translation>
    </message>
    <message>
        <source>{} samples.</source>
        <translation>{} Bilder.</translation>
    </message>
    <message>
        <source> Threshold {:.3g}: {} above it.</source>
        <translation> Schwelle {:.3g}: {} darüber.</translation>
    </message>
    <message>
        <source> This sample&apos;s loss is {:.3g}.</source>
        <translation> Der Verlust dieses Bildes ist {:.3g}.</translation>
    </message>
    <message>
        <source>No losses yet.</source>
        <translation>Noch keine Verluste.</translation>
    </message>
    <message>
        <source>{:,} above ({:.1f} %)</source>
        <translation>{:,} darüber ({:.1f} %)</translation>
    </message>
    <message>
        <source>this sample, {:.2f}</source>
        <translation>dieses Bild, {:.2f}</translation>
    </message>
    <message>
        <source>and {} more</source>
        <translation>und {} weitere</translation>
    </message>
    <message>
        <source>Noise rate of each class</source>
        <translation>Fehlerrate jeder Klasse</translation>
    </message>
    <message>
        <source>No estimate yet.</source>
        <translation>Noch keine Schätzung.</translation>
    </message>
    <message>
        <source>{:.1f} to {:.1f} %</source>
        <translation>{:.1f} bis {:.1f} %</translation>
    </message>
    <message>
        <source>, {} samples</source>
        <translation>, {} Bilder</translation>
    </message>
    <message>
        <source>{}: {:.1f} % wrong ({}){}</source>
        <translation>{}: {:.1f} % falsch ({}){}</translation>
    </message>
    <message>
        <source>Given label</source>
        <translation>Gegebenes Label</translation>
    </message>
    <message>
        <source>Suggested label</source>
        <translation>Vorgeschlagenes Label</translation>
    </message>
    <message>
        <source>Suspicion</source>
        <translation>Verdacht</translation>
    </message>
    <message>
        <source>Status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Colour by</source>
        <translation>Farbe nach</translation>
    </message>
    <message>
        <source>Lasso</source>
        <translation>Lasso</translation>
    </message>
    <message>
        <source>Drag around samples to take them</source>
        <translation>Um Bilder herumziehen, um sie zu nehmen</translation>
    </message>
    <message>
        <source>Move</source>
        <translation>Hand</translation>
    </message>
    <message>
        <source>Drag to move the map</source>
        <translation>Ziehen, um die Karte zu bewegen</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Alles</translation>
    </message>
    <message>
        <source>Show all samples</source>
        <translation>Alle Bilder zeigen</translation>
    </message>
    <message>
        <source>{:,} taken</source>
        <translation>{:,} genommen</translation>
    </message>
    <message>
        <source>Order of the classes</source>
        <translation>Reihenfolge der Klassen</translation>
    </message>
    <message>
        <source>In their order</source>
        <translation>Reihenfolge</translation>
    </message>
    <message>
        <source>Most confused first</source>
        <translation>Verwechselte zuerst</translation>
    </message>
    <message>
        <source>Smaller cells</source>
        <translation>Kleinere Zellen</translation>
    </message>
    <message>
        <source>Larger cells</source>
        <translation>Größere Zellen</translation>
    </message>
    <message>
        <source>Show the whole matrix</source>
        <translation>Die ganze Matrix zeigen</translation>
    </message>
    <message>
        <source>few</source>
        <translation>wenige</translation>
    </message>
    <message>
        <source>many</source>
        <translation>viele</translation>
    </message>
    <message>
        <source>Colour scale from {} to {}</source>
        <translation>Farbskala von {} bis {}</translation>
    </message>
    <message>
        <source>{:.1f} % of the held-out samples are right.</source>
        <translation>{:.1f} % der zurückgehaltenen Bilder sind richtig.</translation>
    </message>
    <message>
        <source>Cleaning made no difference.</source>
        <translation>Das Bereinigen hat nichts verändert.</translation>
    </message>
    <message>
        <source>Cleaning gained {:.1f} points of accuracy</source>
        <translation>Bereinigen brachte {:.1f} Punkte Genauigkeit</translation>
    </message>
    <message>
        <source>Cleaning lost {:.1f} points of accuracy</source>
        <translation>Bereinigen kostete {:.1f} Punkte Genauigkeit</translation>
    </message>
    <message>
        <source>{}, within the uncertainty.</source>
        <translation>{}, innerhalb der Unsicherheit.</translation>
    </message>
    <message>
        <source>Accuracy before and after cleaning</source>
        <translation>Genauigkeit vor und nach dem Bereinigen</translation>
    </message>
    <message>
        <source>Nothing trained yet.</source>
        <translation>Noch nichts trainiert.</translation>
    </message>
    <message>
        <source>Curated labels</source>
        <translation>Bereinigte Labels</translation>
    </message>
    <message>
        <source>Given labels</source>
        <translation>Gegebene Labels</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>Unterschied</translation>
    </message>
    <message>
        <source>Accuracy in per cent on {} held-out samples, 95 % interval.</source>
        <translation>Genauigkeit in Prozent auf {} zurückgehaltenen Bildern, 95-%-Intervall.</translation>
    </message>
    <message>
        <source>about a minute left</source>
        <translation>noch etwa eine Minute</translation>
    </message>
    <message>
        <source>about {:.0f} minutes left</source>
        <translation>noch etwa {:.0f} Minuten</translation>
    </message>
    <message>
        <source>about {:.1f} hours left</source>
        <translation>noch etwa {:.1f} Stunden</translation>
    </message>
    <message>
        <source>{} errors left</source>
        <translation>{} Fehler übrig</translation>
    </message>
    <message>
        <source>{} ({} to {})</source>
        <translation>{} ({} bis {})</translation>
    </message>
    <message>
        <source>Progress of the review</source>
        <translation>Fortschritt der Prüfung</translation>
    </message>
    <message>
        <source>{} of {} reviewed</source>
        <translation>{} von {} geprüft</translation>
    </message>
    <message>
        <source>The review has not begun.</source>
        <translation>Die Prüfung hat noch nicht begonnen.</translation>
    </message>
    <message>
        <source>Verdicts a minute</source>
        <translation>Urteile pro Minute</translation>
    </message>
    <message>
        <source>Expected in what is left</source>
        <translation>Im Rest zu erwarten</translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation>noch nicht bekannt</translation>
    </message>
    <message>
        <source>{} errors</source>
        <translation>{} Fehler</translation>
    </message>
    <message>
        <source>{} to {}</source>
        <translation>{} bis {}</translation>
    </message>
    <message>
        <source>Training curves</source>
        <translation>Trainingskurven</translation>
    </message>
    <message>
        <source>{}, epoch {:g}: loss {:.3f}</source>
        <translation>{}, Epoche {:g}: Verlust {:.3f}</translation>
    </message>
    <message>
        <source>, accuracy on held-out samples {:.1f} %</source>
        <translation>, Genauigkeit auf zurückgehaltenen Bildern {:.1f} %</translation>
    </message>
    <message>
        <source>Curves appear as it trains.</source>
        <translation>Kurven erscheinen während des Trainings.</translation>
    </message>
    <message>
        <source>Loss</source>
        <translation>Verlust</translation>
    </message>
    <message>
        <source>Accuracy</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>held out</source>
        <translation>zurückgehalten</translation>
    </message>
    <message>
        <source>while training</source>
        <translation>im Training</translation>
    </message>
    <message>
        <source>epoch</source>
        <translation>Epoche</translation>
    </message>
    <message>
        <source>Given × suggested</source>
        <translation>Gegeben × vorgeschlagen</translation>
    </message>
    <message>
        <source>Map of the images</source>
        <translation>Karte der Bilder</translation>
    </message>
    <message>
        <source>Noise by class</source>
        <translation>Fehler nach Klasse</translation>
    </message>
    <message>
        <source>Click a cell to see its suspects.</source>
        <translation>Klicken Sie auf eine Zelle, um ihre Verdächtigen zu sehen.</translation>
    </message>
    <message>
        <source>Drag the line; the grid shows the samples right of it.</source>
        <translation>Ziehen Sie die Linie; das Raster zeigt die Bilder rechts davon.</translation>
    </message>
    <message>
        <source>Draw around points to see their samples; what the grid shows stands out.</source>
        <translation>Umfahren Sie Punkte, um ihre Bilder zu sehen; was das Raster zeigt, ist hervorgehoben.</translation>
    </message>
    <message>
        <source>Click a class to see its suspects.</source>
        <translation>Klicken Sie auf eine Klasse, um ihre Verdächtigen zu sehen.</translation>
    </message>
    <message>
        <source>Chart</source>
        <translation>Diagramm</translation>
    </message>
    <message>
        <source>Accept the suggestion for</source>
        <translation>Vorschlag annehmen für</translation>
    </message>
    <message>
        <source>Keep the label of</source>
        <translation>Label behalten für</translation>
    </message>
    <message>
        <source>{} curated</source>
        <translation>{} bereinigt</translation>
    </message>
    <message>
        <source>{}, {} samples</source>
        <translation>{}, {} Bilder</translation>
    </message>
    <message>
        <source>Finds suspect labels in image-classification datasets, lets you review them by keyboard, retrains and exports. All of it on this computer: no server, no account, no telemetry.</source>
        <translation>Findet verdächtige Labels in Datensätzen für die Bildklassifikation, lässt sie per Tastatur prüfen, trainiert nach und exportiert. Alles auf diesem Rechner: kein Server, kein Konto, keine Telemetrie.</translation>
    </message>
    <message>
        <source>About LNL</source>
        <translation>Über LNL</translation>
    </message>
    <message>
        <source>Licence: {}</source>
        <translation>Lizenz: {}</translation>
    </message>
    <message>
        <source>Copy versions</source>
        <translation>Versionen kopieren</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>Schließen</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>Kopiert</translation>
    </message>
    <message>
        <source>If none of {} is wrong, at most {:.1%} of the rest are. If {} are wrong, it is {:.1%} to {:.1%} (95 % intervals).</source>
        <translation>Ist keines von {} falsch, sind es höchstens {:.1%} vom Rest. Sind {} falsch, sind es {:.1%} bis {:.1%} (95-%-Intervalle).</translation>
    </message>
    <message>
        <source>Draw an audit</source>
        <translation>Stichprobe ziehen</translation>
    </message>
    <message>
        <source>A random sample of the {} samples that are neither flagged nor reviewed. You judge them without seeing what the detectors think; what you find tells how many wrong labels are left.</source>
        <translation>Eine Zufallsstichprobe aus den {} Bildern, die weder verdächtig noch geprüft sind. Sie urteilen, ohne zu sehen, was die Detektoren meinen; was Sie finden, sagt, wie viele falsche Labels übrig sind.</translation>
    </message>
    <message>
        <source>Draw</source>
        <translation>Ziehen</translation>
    </message>
    <message>
        <source>Samples to draw</source>
        <translation>Zahl der Bilder</translation>
    </message>
    <message>
        <source>&amp;Samples</source>
        <translation>&amp;Bilder</translation>
    </message>
    <message>
        <source>Every class in proportion to its size</source>
        <translation>Jede Klasse im Verhältnis zu ihrer Größe</translation>
    </message>
    <message>
        <source>There is nothing to audit.</source>
        <translation>Es gibt nichts für eine Stichprobe.</translation>
    </message>
    <message>
        <source>Every sample is flagged or reviewed.</source>
        <translation>Jedes Bild ist verdächtig oder geprüft.</translation>
    </message>
    <message>
        <source>Automatic (the fastest there is)</source>
        <translation>Automatisch (das schnellste)</translation>
    </message>
    <message>
        <source>Choose a class</source>
        <translation>Klasse wählen</translation>
    </message>
    <message>
        <source>this sample</source>
        <translation>dieses Bild</translation>
    </message>
    <message>
        <source>{:,} samples</source>
        <translation>{:,} Bilder</translation>
    </message>
    <message>
        <source>Type to filter</source>
        <translation>Tippen, um zu filtern</translation>
    </message>
    <message>
        <source>Class to give</source>
        <translation>Klasse, die vergeben wird</translation>
    </message>
    <message>
        <source>New label of {}</source>
        <translation>Neues Label für {}</translation>
    </message>
    <message>
        <source>Classes, most likely first</source>
        <translation>Klassen, die wahrscheinlichste zuerst</translation>
    </message>
    <message>
        <source>   · likely</source>
        <translation>   · wahrscheinlich</translation>
    </message>
    <message>
        <source>No class matches {!r}.</source>
        <translation>Keine Klasse passt zu {!r}.</translation>
    </message>
    <message>
        <source>Type fewer letters.</source>
        <translation>Tippen Sie weniger Buchstaben.</translation>
    </message>
    <message>
        <source>No class matches. Type fewer letters.</source>
        <translation>Keine Klasse passt. Tippen Sie weniger Buchstaben.</translation>
    </message>
    <message>
        <source>The first {} of {} classes. Type to see fewer.</source>
        <translation>Die ersten {} von {} Klassen. Tippen Sie, um weniger zu sehen.</translation>
    </message>
    <message>
        <source>{} of {} classes. Return gives the marked one.</source>
        <translation>{} von {} Klassen. Die Eingabetaste vergibt die markierte.</translation>
    </message>
    <message>
        <source>Return gives the marked class.</source>
        <translation>Die Eingabetaste vergibt die markierte Klasse.</translation>
    </message>
    <message>
        <source>Flag only what is almost surely wrong. Some errors will be missed.</source>
        <translation>Nur markieren, was fast sicher falsch ist. Manche Fehler bleiben unentdeckt.</translation>
    </message>
    <message>
        <source>Flag fewer samples, most of them wrong.</source>
        <translation>Weniger Bilder markieren, die meisten davon falsch.</translation>
    </message>
    <message>
        <source>Balanced: about as many false alarms as missed errors.</source>
        <translation>Ausgewogen: etwa so viele Fehlalarme wie übersehene Fehler.</translation>
    </message>
    <message>
        <source>Flag more samples and miss fewer errors.</source>
        <translation>Mehr Bilder markieren und weniger Fehler übersehen.</translation>
    </message>
    <message>
        <source>Flag whatever may be wrong. Expect many false alarms.</source>
        <translation>Alles markieren, was falsch sein kann. Viele Fehlalarme sind zu erwarten.</translation>
    </message>
    <message>
        <source>Several detectors judge every sample on its own; their consensus says how likely its label is wrong.</source>
        <translation>Mehrere Detektoren beurteilen jedes Bild für sich; ihr Konsens sagt, wie wahrscheinlich sein Label falsch ist.</translation>
    </message>
    <message>
        <source>Emphasis: precision to recall</source>
        <translation>Gewicht: von Genauigkeit bis Vollständigkeit</translation>
    </message>
    <message>
        <source>Fewer false alarms</source>
        <translation>Weniger Fehlalarme</translation>
    </message>
    <message>
        <source>Miss fewer errors</source>
        <translation>Weniger übersehen</translation>
    </message>
    <message>
        <source>Detectors</source>
        <translation>Detektoren</translation>
    </message>
    <message>
        <source>Learn from my {} verdicts</source>
        <translation>Aus meinen {} Urteilen lernen</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>Startwert</translation>
    </message>
    <message>
        <source>&amp;Seed</source>
        <translation>&amp;Startwert</translation>
    </message>
    <message>
        <source>The same seed gives the same result.</source>
        <translation>Derselbe Startwert gibt dasselbe Ergebnis.</translation>
    </message>
    <message>
        <source>No detector was chosen.</source>
        <translation>Es wurde kein Detektor gewählt.</translation>
    </message>
    <message>
        <source>Tick at least one.</source>
        <translation>Kreuzen Sie mindestens einen an.</translation>
    </message>
    <message>
        <source>The bundled encoder is small, comes with the program and needs no network. DINOv2 and CLIP see more and find more errors, but they are downloaded once and are slow without a GPU.</source>
        <translation>Der mitgelieferte Encoder ist klein, kommt mit dem Programm und braucht kein Netz. DINOv2 und CLIP sehen mehr und finden mehr Fehler, werden aber einmal heruntergeladen und sind ohne GPU langsam.</translation>
    </message>
    <message>
        <source>Choose encoders</source>
        <translation>Encoder wählen</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>Weiter</translation>
    </message>
    <message>
        <source>Other encoders by name</source>
        <translation>Andere Encoder nach Namen</translation>
    </message>
    <message>
        <source>timm:NAME or open_clip:NAME/TAG, separated by spaces</source>
        <translation>timm:NAME oder open_clip:NAME/TAG, durch Leerzeichen getrennt</translation>
    </message>
    <message>
        <source>Weights file</source>
        <translation>Gewichtsdatei</translation>
    </message>
    <message>
        <source>Weights (*.safetensors *.pt *.pth *.bin)</source>
        <translation>Gewichte (*.safetensors *.pt *.pth *.bin)</translation>
    </message>
    <message>
        <source>The encoder&apos;s own</source>
        <translation>Die des Encoders</translation>
    </message>
    <message>
        <source>&amp;Other</source>
        <translation>&amp;Andere</translation>
    </message>
    <message>
        <source>&amp;Weights</source>
        <translation>&amp;Gewichte</translation>
    </message>
    <message>
        <source>&amp;Device</source>
        <translation>Ge&amp;rät</translation>
    </message>
    <message>
        <source>Downloads {} once, before it starts.</source>
        <translation>Lädt vor dem Start einmalig {} herunter.</translation>
    </message>
    <message>
        <source>No encoder was chosen.</source>
        <translation>Es wurde kein Encoder gewählt.</translation>
    </message>
    <message>
        <source>There is no weights file {}.</source>
        <translation>Es gibt keine Gewichtsdatei {}.</translation>
    </message>
    <message>
        <source>Browse for it.</source>
        <translation>Suchen Sie sie aus.</translation>
    </message>
    <message>
        <source>A weights file belongs to one encoder.</source>
        <translation>Eine Gewichtsdatei gehört zu einem Encoder.</translation>
    </message>
    <message>
        <source>Choose one encoder, or clear the file.</source>
        <translation>Wählen Sie einen Encoder, oder leeren Sie das Feld.</translation>
    </message>
    <message>
        <source> · {} dimensions</source>
        <translation> · {} Dimensionen</translation>
    </message>
    <message>
        <source> · {} download</source>
        <translation> · {} Download</translation>
    </message>
    <message>
        <source>Device</source>
        <translation>Gerät</translation>
    </message>
    <message>
        <source>Something went wrong</source>
        <translation>Etwas ist schiefgegangen</translation>
    </message>
    <message>
        <source>Report</source>
        <translation>Bericht</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>Bericht kopieren</translation>
    </message>
    <message>
        <source>Show details</source>
        <translation>Einzelheiten zeigen</translation>
    </message>
    <message>
        <source>Layout PCA: the two directions of greatest spread, at once</source>
        <translation>Anordnung PCA: die zwei Richtungen der größten Streuung, sofort</translation>
    </message>
    <message>
        <source>Layout UMAP: images that are alike lie together; computed in the background</source>
        <translation>Anordnung UMAP: ähnliche Bilder liegen beieinander; im Hintergrund berechnet</translation>
    </message>
    <message>
        <source>Progress of the layout</source>
        <translation>Fortschritt der Anordnung</translation>
    </message>
    <message>
        <source>Cancel the layout, back to PCA</source>
        <translation>Die Anordnung abbrechen, zurück zu PCA</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
    </message>
    <message>
        <source>Compute the layout again</source>
        <translation>Die Anordnung noch einmal berechnen</translation>
    </message>
    <message>
        <source>Hide details</source>
        <translation>Einzelheiten verbergen</translation>
    </message>
    <message>
        <source>Copy the images</source>
        <translation>Bilder kopieren</translation>
    </message>
    <message>
        <source>Safe everywhere; needs as much space as the images.</source>
        <translation>Überall sicher; braucht so viel Platz wie die Bilder.</translation>
    </message>
    <message>
        <source>Hard links</source>
        <translation>Harte Verknüpfungen</translation>
    </message>
    <message>
        <source>No extra space; the same disk only. Do not edit the exported files.</source>
        <translation>Kein zusätzlicher Platz; nur auf demselben Datenträger. Die exportierten Dateien nicht bearbeiten.</translation>
    </message>
    <message>
        <source>Symbolic links</source>
        <translation>Symbolische Verknüpfungen</translation>
    </message>
    <message>
        <source>No extra space; broken if the dataset moves. Windows may ask for developer mode.</source>
        <translation>Kein zusätzlicher Platz; ungültig, wenn der Datensatz umzieht. Windows verlangt unter Umständen den Entwicklermodus.</translation>
    </message>
    <message>
        <source>Tables only</source>
        <translation>Nur Tabellen</translation>
    </message>
    <message>
        <source>The CSV of all samples and the journal, no images.</source>
        <translation>Die CSV aller Bilder und das Journal, keine Bilder.</translation>
    </message>
    <message>
        <source>As it was trained (safetensors)</source>
        <translation>Wie trainiert (safetensors)</translation>
    </message>
    <message>
        <source>For LNL and PyTorch.</source>
        <translation>Für LNL und PyTorch.</translation>
    </message>
    <message>
        <source>ONNX as well</source>
        <translation>Auch als ONNX</translation>
    </message>
    <message>
        <source>For other programs and languages; checked against the model.</source>
        <translation>Für andere Programme und Sprachen; mit dem Modell verglichen.</translation>
    </message>
    <message>
        <source>torch.export as well</source>
        <translation>Auch als torch.export</translation>
    </message>
    <message>
        <source>For PyTorch without LNL; checked against the model.</source>
        <translation>Für PyTorch ohne LNL; mit dem Modell verglichen.</translation>
    </message>
    <message>
        <source>No model</source>
        <translation>Kein Modell</translation>
    </message>
    <message>
        <source>The data and what was found out about it.</source>
        <translation>Die Daten und was über sie herauskam.</translation>
    </message>
    <message>
        <source>Export the curated dataset</source>
        <translation>Den bereinigten Datensatz exportieren</translation>
    </message>
    <message>
        <source>Class folders with the current labels, a CSV of every sample, the journal of all verdicts and a report to read. The originals stay as they are.</source>
        <translation>Klassenordner mit den aktuellen Klassen, eine CSV-Datei aller Bilder, das Protokoll aller Urteile und ein Bericht zum Lesen. Die Originale bleiben, wie sie sind.</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>Exportieren</translation>
    </message>
    <message>
        <source>Destination folder</source>
        <translation>Zielordner</translation>
    </message>
    <message>
        <source>Images</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>&amp;Destination</source>
        <translation>&amp;Ziel</translation>
    </message>
    <message>
        <source>&amp;Images</source>
        <translation>&amp;Bilder</translation>
    </message>
    <message>
        <source>Trained model</source>
        <translation>Trainiertes Modell</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>&amp;Modell</translation>
    </message>
    <message>
        <source>keep their given label</source>
        <translation>behalten ihr gegebenes Label</translation>
    </message>
    <message>
        <source>get the suggested label</source>
        <translation>bekommen das vorgeschlagene Label</translation>
    </message>
    <message>
        <source>{} flagged samples nobody has looked at</source>
        <translation>{} verdächtige Bilder, die niemand angesehen hat</translation>
    </message>
    <message>
        <source>Leave out {} samples marked unsure</source>
        <translation>{} als unsicher markierte Bilder weglassen</translation>
    </message>
    <message>
        <source>, {} relabelled</source>
        <translation>, {} umbenannt</translation>
    </message>
    <message>
        <source>Exports {} of {} samples{}; {} left out.</source>
        <translation>Exportiert {} von {} Bildern{}; {} bleiben weg.</translation>
    </message>
    <message>
        <source>The export needs a folder.</source>
        <translation>Der Export braucht einen Ordner.</translation>
    </message>
    <message>
        <source>Choose an empty or new one.</source>
        <translation>Wählen Sie einen leeren oder neuen.</translation>
    </message>
    <message>
        <source>{} is a file.</source>
        <translation>{} ist eine Datei.</translation>
    </message>
    <message>
        <source>Choose a folder.</source>
        <translation>Wählen Sie einen Ordner.</translation>
    </message>
    <message>
        <source>{} is not empty.</source>
        <translation>{} ist nicht leer.</translation>
    </message>
    <message>
        <source>Choose an empty or new folder.</source>
        <translation>Wählen Sie einen leeren oder neuen Ordner.</translation>
    </message>
    <message>
        <source>The destination lies inside the dataset.</source>
        <translation>Das Ziel liegt im Datensatz.</translation>
    </message>
    <message>
        <source>Choose a folder elsewhere, so that the dataset stays as it is.</source>
        <translation>Wählen Sie einen anderen Ort, damit der Datensatz bleibt, wie er ist.</translation>
    </message>
    <message>
        <source>Fine-tune</source>
        <translation>Nachtrainieren</translation>
    </message>
    <message>
        <source>Train on the given labels and again on the curated ones, with the same seeds, and see on held-out samples whether cleaning helped.</source>
        <translation>Mit den gegebenen und noch einmal mit den bereinigten Labels trainieren, mit denselben Startwerten, und auf zurückgehaltenen Bildern sehen, ob das Bereinigen geholfen hat.</translation>
    </message>
    <message>
        <source>Start training</source>
        <translation>Training starten</translation>
    </message>
    <message>
        <source> Needs a GPU to be bearable.</source>
        <translation> Ohne GPU kaum zumutbar.</translation>
    </message>
    <message>
        <source>Train on the suggested label of {} flagged samples nobody has looked at</source>
        <translation>Für {} verdächtige Bilder, die niemand angesehen hat, mit dem vorgeschlagenen Label trainieren</translation>
    </message>
    <message>
        <source>Otherwise these samples are left out of the training.</source>
        <translation>Sonst bleiben diese Bilder aus dem Training heraus.</translation>
    </message>
    <message>
        <source>Holdout in per cent</source>
        <translation>Zurückgehaltener Teil in Prozent</translation>
    </message>
    <message>
        <source>Compare with training on the given labels (twice the time)</source>
        <translation>Mit einem Training auf den gegebenen Labels vergleichen (doppelte Zeit)</translation>
    </message>
    <message>
        <source>&amp;Hold out</source>
        <translation>&amp;Zurückhalten</translation>
    </message>
    <message>
        <source>Samples the accuracy is measured on.</source>
        <translation>Bilder, an denen die Genauigkeit gemessen wird.</translation>
    </message>
    <message>
        <source>Advanced</source>
        <translation>Für Fortgeschrittene</translation>
    </message>
    <message>
        <source>Epochs</source>
        <translation>Epochen</translation>
    </message>
    <message>
        <source>Batch size</source>
        <translation>Stapelgröße</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>Lernrate</translation>
    </message>
    <message>
        <source>&amp;Epochs</source>
        <translation>&amp;Epochen</translation>
    </message>
    <message>
        <source>&amp;Batch size</source>
        <translation>Sta&amp;pelgröße</translation>
    </message>
    <message>
        <source>&amp;Learning rate</source>
        <translation>&amp;Lernrate</translation>
    </message>
    <message>
        <source>Of the recipe ({})</source>
        <translation>Die des Rezepts ({})</translation>
    </message>
    <message>
        <source>Of the recipe</source>
        <translation>Die des Rezepts</translation>
    </message>
    <message>
        <source>{!r} is not a learning rate.</source>
        <translation>{!r} ist keine Lernrate.</translation>
    </message>
    <message>
        <source>Give a number such as 0.001 or 1e-4, or leave it empty.</source>
        <translation>Geben Sie eine Zahl wie 0,001 oder 1e-4 an, oder lassen Sie das Feld leer.</translation>
    </message>
    <message>
        <source>No recipe was chosen.</source>
        <translation>Es wurde kein Rezept gewählt.</translation>
    </message>
    <message>
        <source>Choose how to train.</source>
        <translation>Wählen Sie, wie trainiert wird.</translation>
    </message>
    <message>
        <source>Problem: {}</source>
        <translation>Problem: {}</translation>
    </message>
    <message>
        <source>Browse…</source>
        <translation>Durchsuchen…</translation>
    </message>
    <message>
        <source>Browse for {}</source>
        <translation>Suchen: {}</translation>
    </message>
    <message>
        <source>Any other class</source>
        <translation>Irgendeine andere Klasse</translation>
    </message>
    <message>
        <source>Slips of the hand: every wrong class is as likely.</source>
        <translation>Flüchtigkeit: Jede falsche Klasse ist gleich wahrscheinlich.</translation>
    </message>
    <message>
        <source>The next class</source>
        <translation>Die nächste Klasse</translation>
    </message>
    <message>
        <source>Confusions between classes, always in one direction.</source>
        <translation>Verwechslungen zwischen Klassen, immer in einer Richtung.</translation>
    </message>
    <message>
        <source>Pairs of classes</source>
        <translation>Klassenpaare</translation>
    </message>
    <message>
        <source>Two classes are taken for each other.</source>
        <translation>Zwei Klassen werden miteinander verwechselt.</translation>
    </message>
    <message>
        <source>Hard images</source>
        <translation>Schwierige Bilder</translation>
    </message>
    <message>
        <source>Images that look like another class get its label.</source>
        <translation>Bilder, die wie eine andere Klasse aussehen, bekommen deren Label.</translation>
    </message>
    <message>
        <source>Automatic</source>
        <translation>Automatisch</translation>
    </message>
    <message>
        <source>Only samples I decided on</source>
        <translation>Nur Bilder, über die ich entschieden habe</translation>
    </message>
    <message>
        <source>All samples</source>
        <translation>Alle Bilder</translation>
    </message>
    <message>
        <source>How far can I trust this on my data?</source>
        <translation>Wie weit kann ich dem bei meinen Daten trauen?</translation>
    </message>
    <message>
        <source>Some labels are made wrong on purpose, in a copy, and the detectors look for them. Your labels stay as they are.</source>
        <translation>Manche Labels werden in einer Kopie absichtlich falsch gemacht, und die Detektoren suchen sie. Ihre Labels bleiben, wie sie sind.</translation>
    </message>
    <message>
        <source>Share of labels made wrong</source>
        <translation>Anteil der falsch gemachten Labels</translation>
    </message>
    <message>
        <source>&amp;Wrong labels</source>
        <translation>&amp;Falsche Labels</translation>
    </message>
    <message>
        <source>Labels that count as right</source>
        <translation>Labels, die als richtig gelten</translation>
    </message>
    <message>
        <source>&amp;Right labels</source>
        <translation>&amp;Richtige Labels</translation>
    </message>
    <message>
        <source>You have decided on {:,} samples so far.</source>
        <translation>Sie haben bisher über {:,} Bilder entschieden.</translation>
    </message>
    <message>
        <source>Repetitions</source>
        <translation>Wiederholungen</translation>
    </message>
    <message>
        <source>Re&amp;petitions</source>
        <translation>&amp;Wiederholungen</translation>
    </message>
    <message>
        <source>More repetitions steady the figures and take longer.</source>
        <translation>Mehr Wiederholungen machen die Zahlen sicherer und dauern länger.</translation>
    </message>
    <message>
        <source>Kinds of wrong labels</source>
        <translation>Arten falscher Labels</translation>
    </message>
    <message>
        <source>{} % of the labels are made wrong.</source>
        <translation>{} % der Labels werden falsch gemacht.</translation>
    </message>
    <message>
        <source>No kind of wrong labels was chosen.</source>
        <translation>Es wurde keine Art falscher Labels gewählt.</translation>
    </message>
    <message>
        <source>Tables (*.csv *.tsv *.txt *.json *.jsonl *.parquet);;All files (*)</source>
        <translation>Tabellen (*.csv *.tsv *.txt *.json *.jsonl *.parquet);;Alle Dateien (*)</translation>
    </message>
    <message>
        <source> and {} more</source>
        <translation> und {} weitere</translation>
    </message>
    <message>
        <source>At least </source>
        <translation>Mindestens </translation>
    </message>
    <message>
        <source>{}{} subfolder</source>
        <translation>{}{} Unterordner</translation>
    </message>
    <message>
        <source>{}{} subfolders</source>
        <translation>{}{} Unterordner</translation>
    </message>
    <message>
        <source>Tables: {}.</source>
        <translation>Tabellen: {}.</translation>
    </message>
    <message>
        <source>No subfolders and no table.</source>
        <translation>Keine Unterordner und keine Tabelle.</translation>
    </message>
    <message>
        <source>Open a dataset</source>
        <translation>Datensatz öffnen</translation>
    </message>
    <message>
        <source>A folder with one subfolder for each class, or a table (CSV) that names the label of each image. The images are only read, never changed.</source>
        <translation>Ein Ordner mit einem Unterordner je Klasse oder eine Tabelle (CSV), die das Label jedes Bildes nennt. Die Bilder werden nur gelesen, nie verändert.</translation>
    </message>
    <message>
        <source>Create project</source>
        <translation>Projekt anlegen</translation>
    </message>
    <message>
        <source>Dataset folder or table</source>
        <translation>Ordner oder Tabelle des Datensatzes</translation>
    </message>
    <message>
        <source>Folder or CSV file</source>
        <translation>Ordner oder CSV-Datei</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>Ordner…</translation>
    </message>
    <message>
        <source>Table…</source>
        <translation>Tabelle…</translation>
    </message>
    <message>
        <source>&amp;Dataset</source>
        <translation>&amp;Datensatz</translation>
    </message>
    <message>
        <source>First rows of the table</source>
        <translation>Erste Zeilen der Tabelle</translation>
    </message>
    <message>
        <source>&amp;Label column</source>
        <translation>&amp;Label-Spalte</translation>
    </message>
    <message>
        <source>&amp;Path column</source>
        <translation>&amp;Pfad-Spalte</translation>
    </message>
    <message>
        <source>&amp;Split column</source>
        <translation>Sp&amp;lit-Spalte</translation>
    </message>
    <message>
        <source>Image folder</source>
        <translation>Bildordner</translation>
    </message>
    <message>
        <source>The folder of the table</source>
        <translation>Der Ordner der Tabelle</translation>
    </message>
    <message>
        <source>Paths in the table start from</source>
        <translation>Pfade in der Tabelle beginnen bei</translation>
    </message>
    <message>
        <source>Project folder</source>
        <translation>Projektordner</translation>
    </message>
    <message>
        <source>P&amp;roject</source>
        <translation>P&amp;rojekt</translation>
    </message>
    <message>
        <source>Verdicts, embeddings and results are kept there.</source>
        <translation>Urteile, Einbettungen und Ergebnisse liegen dort.</translation>
    </message>
    <message>
        <source>Dataset folder</source>
        <translation>Ordner des Datensatzes</translation>
    </message>
    <message>
        <source>Table of labels</source>
        <translation>Tabelle der Labels</translation>
    </message>
    <message>
        <source>Its columns are found when it is read.</source>
        <translation>Ihre Spalten werden beim Lesen gefunden.</translation>
    </message>
    <message>
        <source>Find by itself</source>
        <translation>Selbst finden</translation>
    </message>
    <message>
        <source>None</source>
        <translation>Keine</translation>
    </message>
    <message>
        <source>The column {!r} cannot be both label and path.</source>
        <translation>Die Spalte {!r} kann nicht zugleich Label und Pfad sein.</translation>
    </message>
    <message>
        <source>Choose two columns.</source>
        <translation>Wählen Sie zwei Spalten.</translation>
    </message>
    <message>
        <source>The column {!r} cannot be both path and annotator.</source>
        <translation>Die Spalte {!r} kann nicht zugleich Pfad und Annotator sein.</translation>
    </message>
    <message>
        <source>Take the tick away, or choose another path column.</source>
        <translation>Nehmen Sie den Haken weg, oder wählen Sie eine andere Pfadspalte.</translation>
    </message>
    <message>
        <source>One annotator is no majority.</source>
        <translation>Eine Stimme ist keine Mehrheit.</translation>
    </message>
    <message>
        <source>Tick another column, or choose it as the label column.</source>
        <translation>Haken Sie noch eine Spalte an, oder wählen Sie diese als Klassenspalte.</translation>
    </message>
    <message>
        <source>No dataset was chosen.</source>
        <translation>Es wurde kein Datensatz gewählt.</translation>
    </message>
    <message>
        <source>Choose a folder or a table.</source>
        <translation>Wählen Sie einen Ordner oder eine Tabelle.</translation>
    </message>
    <message>
        <source>There is no {}.</source>
        <translation>{} gibt es nicht.</translation>
    </message>
    <message>
        <source>Check the spelling, or browse for it.</source>
        <translation>Prüfen Sie die Schreibung, oder suchen Sie ihn aus.</translation>
    </message>
    <message>
        <source>{} is a project.</source>
        <translation>{} ist ein Projekt.</translation>
    </message>
    <message>
        <source>Open it as a project instead.</source>
        <translation>Öffnen Sie es als Projekt.</translation>
    </message>
    <message>
        <source>{} has no subfolders and no table.</source>
        <translation>{} hat keine Unterordner und keine Tabelle.</translation>
    </message>
    <message>
        <source>Each class needs a folder of its own; or choose a table of paths and labels.</source>
        <translation>Jede Klasse braucht einen eigenen Ordner; oder wählen Sie eine Tabelle mit Pfaden und Labels.</translation>
    </message>
    <message>
        <source>The image folder {} does not exist.</source>
        <translation>Den Bildordner {} gibt es nicht.</translation>
    </message>
    <message>
        <source>The project needs a folder.</source>
        <translation>Das Projekt braucht einen Ordner.</translation>
    </message>
    <message>
        <source>Say where its results go.</source>
        <translation>Sagen Sie, wohin seine Ergebnisse kommen.</translation>
    </message>
    <message>
        <source>Choose a new folder for the project.</source>
        <translation>Wählen Sie einen neuen Ordner für das Projekt.</translation>
    </message>
    <message>
        <source>Choose a new folder, or open it as a project if it is one.</source>
        <translation>Wählen Sie einen neuen Ordner, oder öffnen Sie ihn als Projekt, wenn er eines ist.</translation>
    </message>
    <message>
        <source>The project lies inside the dataset, as if it were one of its classes.</source>
        <translation>Das Projekt liegt im Datensatz, als wäre es eine seiner Klassen.</translation>
    </message>
    <message>
        <source>Choose a folder beside it.</source>
        <translation>Wählen Sie einen Ordner daneben.</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>Wie das System</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>Dunkel</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>Einstellungen</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>Speichern</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>Aussehen</translation>
    </message>
    <message>
        <source>Review</source>
        <translation>Prüfen</translation>
    </message>
    <message>
        <source>Cache</source>
        <translation>Zwischenspeicher</translation>
    </message>
    <message>
        <source>Computing</source>
        <translation>Rechnen</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>Farben</translation>
    </message>
    <message>
        <source>Nothing moves by itself</source>
        <translation>Nichts bewegt sich von selbst</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>Sprache</translation>
    </message>
    <message>
        <source>&amp;Theme</source>
        <translation>&amp;Farben</translation>
    </message>
    <message>
        <source>Takes effect at once when saved.</source>
        <translation>Wirkt sofort nach dem Speichern.</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>&amp;Sprache</translation>
    </message>
    <message>
        <source>Takes effect at the next start.</source>
        <translation>Wirkt beim nächsten Start.</translation>
    </message>
    <message>
        <source>&amp;Motion</source>
        <translation>&amp;Bewegung</translation>
    </message>
    <message>
        <source>Bars and menus change at once.</source>
        <translation>Balken und Menüs ändern sich auf einen Schlag.</translation>
    </message>
    <message>
        <source>Your name</source>
        <translation>Ihr Name</translation>
    </message>
    <message>
        <source>The name of your account</source>
        <translation>Der Name Ihres Kontos</translation>
    </message>
    <message>
        <source>Re-rank after verdicts</source>
        <translation>Neu ordnen nach Urteilen</translation>
    </message>
    <message>
        <source>Never</source>
        <translation>Nie</translation>
    </message>
    <message>
        <source>Your &amp;name</source>
        <translation>Ihr &amp;Name</translation>
    </message>
    <message>
        <source>Stands beside your verdicts in the journal.</source>
        <translation>Steht im Journal neben Ihren Urteilen.</translation>
    </message>
    <message>
        <source>&amp;Re-rank after</source>
        <translation>Neu &amp;ordnen nach</translation>
    </message>
    <message>
        <source>So many verdicts; what is on the screen keeps its place.</source>
        <translation>So viele Urteile; was auf dem Bildschirm ist, behält seinen Platz.</translation>
    </message>
    <message>
        <source>Keys of each action</source>
        <translation>Tasten jeder Aktion</translation>
    </message>
    <message>
        <source>Action</source>
        <translation>Aktion</translation>
    </message>
    <message>
        <source>Set all keys back</source>
        <translation>Alle Tasten zurücksetzen</translation>
    </message>
    <message>
        <source>Keys of {}</source>
        <translation>Tasten für {}</translation>
    </message>
    <message>
        <source>Cache folder</source>
        <translation>Ordner des Zwischenspeichers</translation>
    </message>
    <message>
        <source>The system&apos;s cache folder</source>
        <translation>Der des Systems</translation>
    </message>
    <message>
        <source>Largest size of the cache</source>
        <translation>Größte Größe des Zwischenspeichers</translation>
    </message>
    <message>
        <source> MB</source>
        <translation> MB</translation>
    </message>
    <message>
        <source>&amp;Folder</source>
        <translation>&amp;Ordner</translation>
    </message>
    <message>
        <source>Thumbnails and weights; safe to delete.</source>
        <translation>Vorschaubilder und Gewichte; kann gelöscht werden.</translation>
    </message>
    <message>
        <source>&amp;Largest size</source>
        <translation>&amp;Höchste Größe</translation>
    </message>
    <message>
        <source>The oldest thumbnails go first.</source>
        <translation>Die ältesten Vorschaubilder gehen zuerst.</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>Threads</translation>
    </message>
    <message>
        <source>All but one</source>
        <translation>Alle bis auf einen</translation>
    </message>
    <message>
        <source>Used unless a job says otherwise.</source>
        <translation>Gilt, wenn eine Aufgabe nichts anderes sagt.</translation>
    </message>
    <message>
        <source>&amp;Threads</source>
        <translation>&amp;Threads</translation>
    </message>
    <message>
        <source>One core stays free, so that the window stays live.</source>
        <translation>Ein Kern bleibt frei, damit das Fenster lebendig bleibt.</translation>
    </message>
    <message>
        <source>Choose a folder for the cache.</source>
        <translation>Wählen Sie einen Ordner für den Zwischenspeicher.</translation>
    </message>
    <message>
        <source>“{}” and “{}” share the keys {}.</source>
        <translation>„{}“ und „{}“ teilen sich die Tasten {}.</translation>
    </message>
    <message>
        <source>Give one of them other keys.</source>
        <translation>Geben Sie einer davon andere Tasten.</translation>
    </message>
    <message>
        <source>read the table</source>
        <translation>die Tabelle lesen</translation>
    </message>
    <message>
        <source>{} is empty.</source>
        <translation>{} ist leer.</translation>
    </message>
    <message>
        <source>Choose a table with a header and rows.</source>
        <translation>Wählen Sie eine Tabelle mit Kopf und Zeilen.</translation>
    </message>
    <message>
        <source>read the folder</source>
        <translation>den Ordner lesen</translation>
    </message>
    <message>
        <source>labels differ</source>
        <translation>Labels uneins</translation>
    </message>
    <message>
        <source>across splits</source>
        <translation>über Splits hinweg</translation>
    </message>
    <message>
        <source>same label</source>
        <translation>gleiches Label</translation>
    </message>
    <message>
        <source>{}, {}, {} left</source>
        <translation>{}, {}, {} offen</translation>
    </message>
    <message>
        <source>Groups of duplicates</source>
        <translation>Gruppen von Dubletten</translation>
    </message>
    <message>
        <source>done</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>Show all suspects</source>
        <translation>Alle Verdächtigen zeigen</translation>
    </message>
    <message>
        <source>No two samples show the same image, as far as is known.</source>
        <translation>Soweit bekannt, zeigen keine zwei Einträge dasselbe Bild.</translation>
    </message>
    <message>
        <source>{} of {} groups do harm; they come first.</source>
        <translation>{} von {} Gruppen schaden; sie kommen zuerst.</translation>
    </message>
    <message>
        <source>{} groups, none of which does harm.</source>
        <translation>{} Gruppen, von denen keine schadet.</translation>
    </message>
    <message>
        <source>These keys act on samples of which there are several.</source>
        <translation>Diese Tasten wirken auf Bilder, die es mehrfach gibt.</translation>
    </message>
    <message>
        <source>This sample has no duplicate.</source>
        <translation>Dieses Bild hat keine Dublette.</translation>
    </message>
    <message>
        <source>All groups of duplicates are decided</source>
        <translation>Über alle Dubletten ist entschieden</translation>
    </message>
    <message>
        <source>{} of {}</source>
        <translation>{} von {}</translation>
    </message>
    <message>
        <source>Duplicates {}   ·   {}</source>
        <translation>Dubletten {}   ·   {}</translation>
    </message>
    <message>
        <source>{} goes on, {} excludes all of them.</source>
        <translation>{} geht weiter, {} schließt alle aus.</translation>
    </message>
    <message>
        <source>Keep this one  {}</source>
        <translation>Dieses behalten  {}</translation>
    </message>
    <message>
        <source>Same label  {}</source>
        <translation>Gleiches Label  {}</translation>
    </message>
    <message>
        <source>Show all</source>
        <translation>Alle zeigen</translation>
    </message>
    <message>
        <source>Suspects</source>
        <translation>Verdächtige</translation>
    </message>
    <message>
        <source>Not suspects</source>
        <translation>Nicht verdächtig</translation>
    </message>
    <message>
        <source>Reviewed or not</source>
        <translation>Geprüft oder nicht</translation>
    </message>
    <message>
        <source>Not reviewed</source>
        <translation>Nicht geprüft</translation>
    </message>
    <message>
        <source>Reviewed</source>
        <translation>Geprüft</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>LABELS</source>
        <translation>LABELS</translation>
    </message>
    <message>
        <source>Given</source>
        <translation>Gegeben</translation>
    </message>
    <message>
        <source>Any</source>
        <translation>Alle</translation>
    </message>
    <message>
        <source>Suggested</source>
        <translation>Vorgeschlagen</translation>
    </message>
    <message>
        <source>Current</source>
        <translation>Aktuell</translation>
    </message>
    <message>
        <source>Current label</source>
        <translation>Aktuelles Label</translation>
    </message>
    <message>
        <source>(none)</source>
        <translation>(keine)</translation>
    </message>
    <message>
        <source>Split</source>
        <translation>Split</translation>
    </message>
    <message>
        <source>PATH</source>
        <translation>PFAD</translation>
    </message>
    <message>
        <source>Part of a path</source>
        <translation>Teil eines Pfades</translation>
    </message>
    <message>
        <source>Filter by path</source>
        <translation>Nach Pfad filtern</translation>
    </message>
    <message>
        <source>STATUS</source>
        <translation>STATUS</translation>
    </message>
    <message>
        <source>Only status {}</source>
        <translation>Nur Status {}</translation>
    </message>
    <message>
        <source>SUSPICION</source>
        <translation>VERDACHT</translation>
    </message>
    <message>
        <source>from</source>
        <translation>von</translation>
    </message>
    <message>
        <source>to</source>
        <translation>bis</translation>
    </message>
    <message>
        <source>Suspicion {}</source>
        <translation>Verdacht {}</translation>
    </message>
    <message>
        <source>Samples shown</source>
        <translation>Gezeigte Bilder</translation>
    </message>
    <message>
        <source>Files that could not be read</source>
        <translation>Dateien, die nicht gelesen werden konnten</translation>
    </message>
    <message>
        <source>Clear filters</source>
        <translation>Filter leeren</translation>
    </message>
    <message>
        <source>The audit shows the samples drawn. End it to filter again.</source>
        <translation>Die Stichprobe zeigt die gezogenen Bilder. Nach ihrem Ende gibt es wieder Filter.</translation>
    </message>
    <message>
        <source>You judge blind: filters by what the detectors think rest.</source>
        <translation>Sie urteilen blind: Filter nach dem, was die Detektoren meinen, ruhen.</translation>
    </message>
    <message>
        <source>{} of {} shown</source>
        <translation>{} von {} gezeigt</translation>
    </message>
    <message>
        <source>{} not readable…</source>
        <translation>{} nicht lesbar…</translation>
    </message>
    <message>
        <source>Another job is at work.</source>
        <translation>Es läuft schon eine andere Aufgabe.</translation>
    </message>
    <message>
        <source>Wait for it, or cancel it.</source>
        <translation>Warten Sie sie ab, oder brechen Sie sie ab.</translation>
    </message>
    <message>
        <source>This project is open for reading only.</source>
        <translation>Dieses Projekt ist nur zum Lesen geöffnet.</translation>
    </message>
    <message>
        <source>Close the other window, then open the project again.</source>
        <translation>Schließen Sie das andere Fenster, und öffnen Sie das Projekt dann noch einmal.</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>Path</source>
        <translation>Pfad</translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation>Wartet</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>Beginnt</translation>
    </message>
    <message>
        <source>Running</source>
        <translation>Läuft</translation>
    </message>
    <message>
        <source>Cancelling</source>
        <translation>Hält an</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>Fertig</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>Abgebrochen</translation>
    </message>
    <message>
        <source>Failed</source>
        <translation>Gescheitert</translation>
    </message>
    <message>
        <source>Cannot be read</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <source>Samples</source>
        <translation>Bilder</translation>
    </message>
    <message>
        <source>no suggestion</source>
        <translation>kein Vorschlag</translation>
    </message>
    <message>
        <source>{}, {} of {} not reviewed</source>
        <translation>{}, {} von {} nicht geprüft</translation>
    </message>
    <message>
        <source>Groups of given and suggested label</source>
        <translation>Gruppen aus gegebenem und vorgeschlagenem Label</translation>
    </message>
    <message>
        <source>Pick a group to see it alone; what is alike is quickly decided.</source>
        <translation>Wählen Sie eine Gruppe, um sie allein zu sehen; was sich gleicht, ist schnell entschieden.</translation>
    </message>
    <message>
        <source>Groups appear here once suspects have been found.</source>
        <translation>Gruppen erscheinen hier, sobald Verdächtige gefunden sind.</translation>
    </message>
    <message>
        <source> (undone)</source>
        <translation> (zurückgenommen)</translation>
    </message>
    <message>
        <source>No verdict yet.</source>
        <translation>Noch kein Urteil.</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>Pfad kopieren</translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation>Im Ordner zeigen</translation>
    </message>
    <message>
        <source>The file is gone</source>
        <translation>Die Datei ist weg</translation>
    </message>
    <message>
        <source>Image</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>{} by {} pixels at {:.0f} %</source>
        <translation>{} mal {} Pixel bei {:.0f} %</translation>
    </message>
    <message>
        <source>Zoom out</source>
        <translation>Verkleinern</translation>
    </message>
    <message>
        <source>Zoom in</source>
        <translation>Vergrößern</translation>
    </message>
    <message>
        <source>Fit the image</source>
        <translation>Bild einpassen</translation>
    </message>
    <message>
        <source>True pixels</source>
        <translation>Originalgröße</translation>
    </message>
    <message>
        <source>Nearest neighbours</source>
        <translation>Nächste Nachbarn</translation>
    </message>
    <message>
        <source>Typical samples of the given class</source>
        <translation>Typische Bilder der gegebenen Klasse</translation>
    </message>
    <message>
        <source>Typical samples of the suggested class</source>
        <translation>Typische Bilder der vorgeschlagenen Klasse</translation>
    </message>
    <message>
        <source>Why it is suspect</source>
        <translation>Warum es verdächtig ist</translation>
    </message>
    <message>
        <source>Its loss among its class</source>
        <translation>Sein Verlust in seiner Klasse</translation>
    </message>
    <message>
        <source>Typical of both classes</source>
        <translation>Typisch für beide Klassen</translation>
    </message>
    <message>
        <source>History</source>
        <translation>Verlauf</translation>
    </message>
    <message>
        <source>File</source>
        <translation>Datei</translation>
    </message>
    <message>
        <source>Choose a sample to see it up close.</source>
        <translation>Wählen Sie ein Bild, um es aus der Nähe zu sehen.</translation>
    </message>
    <message>
        <source> · now {}</source>
        <translation> · jetzt {}</translation>
    </message>
    <message>
        <source>Judge it by the picture alone</source>
        <translation>Urteilen Sie nur nach dem Bild</translation>
    </message>
    <message>
        <source>Image of {}, labelled {}</source>
        <translation>Bild von {}, Label {}</translation>
    </message>
    <message>
        <source>This image cannot be shown: {}.</source>
        <translation>Dieses Bild kann nicht gezeigt werden: {}.</translation>
    </message>
    <message>
        <source>Higher than {:.0f} % of the samples labelled {}.</source>
        <translation>Höher als bei {:.0f} % der Bilder mit Label {}.</translation>
    </message>
    <message>
        <source>{} The left bell is what fits its label, the right one what does not.</source>
        <translation>{} Die linke Glocke ist, was zum Label passt, die rechte, was nicht passt.</translation>
    </message>
    <message>
        <source>What the detectors think</source>
        <translation>Was die Detektoren meinen</translation>
    </message>
    <message>
        <source>None known yet.</source>
        <translation>Noch keine bekannt.</translation>
    </message>
    <message>
        <source>{}, similarity {:.2f}</source>
        <translation>{}, Ähnlichkeit {:.2f}</translation>
    </message>
    <message>
        <source>is almost sure that the label is wrong</source>
        <translation>ist fast sicher, dass das Label falsch ist</translation>
    </message>
    <message>
        <source>doubts the label</source>
        <translation>bezweifelt das Label</translation>
    </message>
    <message>
        <source>leans towards doubting the label</source>
        <translation>neigt dazu, das Label zu bezweifeln</translation>
    </message>
    <message>
        <source>leans towards trusting the label</source>
        <translation>neigt dazu, dem Label zu trauen</translation>
    </message>
    <message>
        <source>trusts the label</source>
        <translation>traut dem Label</translation>
    </message>
    <message>
        <source>{}; knows no better one.</source>
        <translation>{}; weiß aber kein besseres.</translation>
    </message>
    <message>
        <source>{}; would also say {}.</source>
        <translation>{}; würde auch {} sagen.</translation>
    </message>
    <message>
        <source>{}; would say {}.</source>
        <translation>{}; würde {} sagen.</translation>
    </message>
    <message>
        <source>Not scored yet</source>
        <translation>Noch nicht bewertet</translation>
    </message>
    <message>
        <source>more than 99 % sure to be wrong</source>
        <translation>zu mehr als 99 % sicher falsch</translation>
    </message>
    <message>
        <source>less than 1 % likely to be wrong</source>
        <translation>zu weniger als 1 % falsch</translation>
    </message>
    <message>
        <source>{:.0f} % likely to be wrong</source>
        <translation>zu {:.0f} % falsch</translation>
    </message>
    <message>
        <source>{} of {} detectors doubt “{}”.</source>
        <translation>{} von {} Detektoren bezweifeln „{}“.</translation>
    </message>
    <message>
        <source>{} of its {} nearest neighbours are “{}”.</source>
        <translation>{} seiner {} nächsten Nachbarn sind „{}“.</translation>
    </message>
    <message>
        <source>Duplicates</source>
        <translation>Dubletten</translation>
    </message>
    <message>
        <source>The duplicates wait until the audit is over.</source>
        <translation>Die Duplikate warten, bis die Stichprobe zu Ende ist.</translation>
    </message>
    <message>
        <source>End the audit first.</source>
        <translation>Beenden Sie zuerst die Stichprobe.</translation>
    </message>
    <message>
        <source>Demo</source>
        <translation>Demo</translation>
    </message>
    <message>
        <source>Open dataset</source>
        <translation>Datensatz öffnen</translation>
    </message>
    <message>
        <source>Embed</source>
        <translation>Einbetten</translation>
    </message>
    <message>
        <source>Detect</source>
        <translation>Erkennen</translation>
    </message>
    <message>
        <source>Search for a recipe&apos;s numbers</source>
        <translation>Suche nach den Zahlen eines Rezepts</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>Einmischen</translation>
    </message>
    <message>
        <source>Test of the detectors</source>
        <translation>Test der Detektoren</translation>
    </message>
    <message>
        <source>signal {}</source>
        <translation>Signal {}</translation>
    </message>
    <message>
        <source>exit code {}</source>
        <translation>Rückgabewert {}</translation>
    </message>
    <message>
        <source>The worker process ended unexpectedly ({}).</source>
        <translation>Der Arbeitsprozess ist unerwartet zu Ende gegangen ({}).</translation>
    </message>
    <message>
        <source>What was finished is kept: start again and it goes on from there. If memory ran out, close other programs first.</source>
        <translation>Was fertig war, bleibt: Nach einem neuen Start geht es dort weiter. Wenn der Speicher nicht gereicht hat, schließen Sie zuerst andere Programme.</translation>
    </message>
    <message>
        <source>The worker process could not be started: {}.</source>
        <translation>Der Arbeitsprozess konnte nicht gestartet werden: {}.</translation>
    </message>
    <message>
        <source>Install LNL again, or start it from the environment it was installed in.</source>
        <translation>Installieren Sie LNL neu, oder starten Sie es aus der Umgebung, in der es installiert wurde.</translation>
    </message>
    <message>
        <source>Job</source>
        <translation>Aufgabe</translation>
    </message>
    <message>
        <source>State</source>
        <translation>Stand</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>Zeit</translation>
    </message>
    <message>
        <source>Started</source>
        <translation>Begonnen</translation>
    </message>
    <message>
        <source>EARLIER</source>
        <translation>FRÜHER</translation>
    </message>
    <message>
        <source>{} replaced by newer ones</source>
        <translation>{} durch neuere ersetzt</translation>
    </message>
    <message>
        <source>Re-ranking</source>
        <translation>Neuordnung</translation>
    </message>
    <message>
        <source>Log of the job</source>
        <translation>Protokoll der Aufgabe</translation>
    </message>
    <message>
        <source>What the job says appears here.</source>
        <translation>Hier erscheint, was die Aufgabe meldet.</translation>
    </message>
    <message>
        <source>JOBS</source>
        <translation>AUFGABEN</translation>
    </message>
    <message>
        <source>Show error…</source>
        <translation>Fehler zeigen…</translation>
    </message>
    <message>
        <source>Cancel job</source>
        <translation>Aufgabe abbrechen</translation>
    </message>
    <message>
        <source>Arrows</source>
        <translation>Pfeiltasten</translation>
    </message>
    <message>
        <source>Move; wraps at line ends</source>
        <translation>Bewegen; am Zeilenende geht es weiter</translation>
    </message>
    <message>
        <source>Shift + arrows, click</source>
        <translation>Umschalt + Pfeile, Klick</translation>
    </message>
    <message>
        <source>Select a range</source>
        <translation>Einen Bereich auswählen</translation>
    </message>
    <message>
        <source>Ctrl + click, Ctrl + Space</source>
        <translation>Strg + Klick, Strg + Leertaste</translation>
    </message>
    <message>
        <source>Add or remove one</source>
        <translation>Eines hinzunehmen oder weglassen</translation>
    </message>
    <message>
        <source>Drag</source>
        <translation>Ziehen</translation>
    </message>
    <message>
        <source>Select by rubber band</source>
        <translation>Mit dem Gummiband auswählen</translation>
    </message>
    <message>
        <source>Space, Return</source>
        <translation>Leertaste, Eingabe</translation>
    </message>
    <message>
        <source>Look closely</source>
        <translation>Genau ansehen</translation>
    </message>
    <message>
        <source>Page Up / Down</source>
        <translation>Bild auf / ab</translation>
    </message>
    <message>
        <source>A screen up or down</source>
        <translation>Eine Bildschirmseite auf oder ab</translation>
    </message>
    <message>
        <source>Any key closes this.</source>
        <translation>Jede Taste schließt dies.</translation>
    </message>
    <message>
        <source>Relabel as the class with that key</source>
        <translation>Die Klasse mit dieser Taste geben</translation>
    </message>
    <message>
        <source>Find suspects first; then the detectors can be tested.</source>
        <translation>Finden Sie zuerst Verdächtige; dann können die Detektoren getestet werden.</translation>
    </message>
    <message>
        <source>The images have not been looked at yet.</source>
        <translation>Die Bilder sind noch nicht angesehen worden.</translation>
    </message>
    <message>
        <source>The detectors are tested</source>
        <translation>Die Detektoren sind getestet</translation>
    </message>
    <message>
        <source>Show figures</source>
        <translation>Zahlen zeigen</translation>
    </message>
    <message>
        <source>Losses of</source>
        <translation>Verluste von</translation>
    </message>
    <message>
        <source>All classes</source>
        <translation>Alle Klassen</translation>
    </message>
    <message>
        <source>Looking up what there is…</source>
        <translation>Sehe nach, was es gibt…</translation>
    </message>
    <message>
        <source>The images are embedded</source>
        <translation>Die Bilder sind eingebettet</translation>
    </message>
    <message>
        <source>{:,} suspects found</source>
        <translation>{:,} Verdächtige gefunden</translation>
    </message>
    <message>
        <source>Something unexpected happened</source>
        <translation>Etwas Unerwartetes ist geschehen</translation>
    </message>
    <message>
        <source>Your verdicts are safe. {}</source>
        <translation>Ihre Urteile sind sicher. {}</translation>
    </message>
    <message>
        <source>Report…</source>
        <translation>Bericht…</translation>
    </message>
    <message>
        <source>LNL did not end well last time</source>
        <translation>LNL ist letztes Mal nicht ordentlich beendet worden</translation>
    </message>
    <message>
        <source>Your verdicts are safe.</source>
        <translation>Ihre Urteile sind sicher.</translation>
    </message>
    <message>
        <source>LNL crashed.</source>
        <translation>LNL ist abgestürzt.</translation>
    </message>
    <message>
        <source>Please report it: copy the report below. Your verdicts are safe on disk.</source>
        <translation>Bitte melden Sie es: Kopieren Sie den Bericht unten. Ihre Urteile sind sicher gespeichert.</translation>
    </message>
    <message>
        <source>Not readable</source>
        <translation>Nicht lesbar</translation>
    </message>
    <message>
        <source>Exact duplicate</source>
        <translation>Genaue Dublette</translation>
    </message>
    <message>
        <source>Near-duplicate</source>
        <translation>Beinahe-Dublette</translation>
    </message>
    <message>
        <source>Duplicates whose labels differ</source>
        <translation>Dubletten mit verschiedenen Labels</translation>
    </message>
    <message>
        <source>Duplicates across splits</source>
        <translation>Dubletten über Splits hinweg</translation>
    </message>
    <message>
        <source>Bright</source>
        <translation>Hell</translation>
    </message>
    <message>
        <source>Blurry</source>
        <translation>Unscharf</translation>
    </message>
    <message>
        <source>Hardly any content</source>
        <translation>Kaum Inhalt</translation>
    </message>
    <message>
        <source>Odd size</source>
        <translation>Ungewöhnliche Größe</translation>
    </message>
    <message>
        <source>Odd shape</source>
        <translation>Ungewöhnliche Form</translation>
    </message>
    <message>
        <source>Outlier</source>
        <translation>Ausreißer</translation>
    </message>
    <message>
        <source>None of the classes</source>
        <translation>Keine der Klassen</translation>
    </message>
    <message>
        <source>Issue</source>
        <translation>Mangel</translation>
    </message>
    <message>
        <source>Doubted by</source>
        <translation>Bezweifelt von</translation>
    </message>
    <message>
        <source>Reviewer</source>
        <translation>Prüfer</translation>
    </message>
    <message>
        <source>Wrong labels</source>
        <translation>Falsche Labels</translation>
    </message>
    <message>
        <source>Detector</source>
        <translation>Detektor</translation>
    </message>
    <message>
        <source>Precision</source>
        <translation>Genauigkeit</translation>
    </message>
    <message>
        <source>Of what was flagged, so much was wrong</source>
        <translation>So viel vom Markierten war falsch</translation>
    </message>
    <message>
        <source>Recall</source>
        <translation>Vollständigkeit</translation>
    </message>
    <message>
        <source>Of what was wrong, so much was flagged</source>
        <translation>So viel vom Falschen war markiert</translation>
    </message>
    <message>
        <source>Between precision and recall</source>
        <translation>Zwischen Genauigkeit und Vollständigkeit</translation>
    </message>
    <message>
        <source>Ranking</source>
        <translation>Rangfolge</translation>
    </message>
    <message>
        <source>Average precision over all thresholds</source>
        <translation>Mittlere Genauigkeit über alle Schwellen</translation>
    </message>
    <message>
        <source>Suggestion</source>
        <translation>Vorschlag</translation>
    </message>
    <message>
        <source>Of the wrong ones found, so many got the right label</source>
        <translation>So viele der gefundenen falschen bekamen das richtige Label</translation>
    </message>
    <message>
        <source>Symmetric</source>
        <translation>Symmetrisch</translation>
    </message>
    <message>
        <source>Asymmetric</source>
        <translation>Asymmetrisch</translation>
    </message>
    <message>
        <source>Pair</source>
        <translation>Paarweise</translation>
    </message>
    <message>
        <source>Instance</source>
        <translation>Bildabhängig</translation>
    </message>
    <message>
        <source>The figures of each detector are below.</source>
        <translation>Die Zahlen jedes Detektors stehen unten.</translation>
    </message>
    <message>
        <source>The consensus finds {} of the wrong labels; {} of what it flags is wrong.</source>
        <translation>Der Konsens findet {} der falschen Labels; {} von dem, was er markiert, ist falsch.</translation>
    </message>
    <message>
        <source>{:.0%} to {:.0%}</source>
        <translation>{:.0%} bis {:.0%}</translation>
    </message>
    <message>
        <source>Figures of each detector</source>
        <translation>Zahlen jedes Detektors</translation>
    </message>
    <message>
        <source>Copy table</source>
        <translation>Tabelle kopieren</translation>
    </message>
    <message>
        <source>Close message</source>
        <translation>Meldung schließen</translation>
    </message>
    <message>
        <source>Details…</source>
        <translation>Einzelheiten…</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>Ausblenden</translation>
    </message>
    <message>
        <source>{} was stopped</source>
        <translation>{} wurde angehalten</translation>
    </message>
    <message>
        <source>What was finished is kept; it goes on from there.</source>
        <translation>Was fertig ist, bleibt; dort geht es weiter.</translation>
    </message>
    <message>
        <source>Go on</source>
        <translation>Weitermachen</translation>
    </message>
    <message>
        <source>Open for reading only</source>
        <translation>Nur zum Lesen geöffnet</translation>
    </message>
    <message>
        <source>Go on reviewing</source>
        <translation>Weiter prüfen</translation>
    </message>
    <message>
        <source>The model is trained</source>
        <translation>Das Modell ist trainiert</translation>
    </message>
    <message>
        <source>No sample could be held out to measure it.</source>
        <translation>Es konnte kein Bild zum Messen zurückgehalten werden.</translation>
    </message>
    <message>
        <source>Accuracy on held-out images: {:.1%}</source>
        <translation>Genauigkeit auf zurückgehaltenen Bildern: {:.1%}</translation>
    </message>
    <message>
        <source>The model is saved.</source>
        <translation>Das Modell ist gespeichert.</translation>
    </message>
    <message>
        <source>Accuracy on {} held-out images: {:.1%} with the given labels → {:.1%} with the curated ones</source>
        <translation>Genauigkeit auf {} zurückgehaltenen Bildern: {:.1%} mit den gegebenen Labels → {:.1%} mit den bereinigten</translation>
    </message>
    <message>
        <source>{:+.1f} points</source>
        <translation>{:+.1f} Punkte</translation>
    </message>
    <message>
        <source>95 % interval {:+.1f} to {:+.1f}</source>
        <translation>95-%-Intervall {:+.1f} bis {:+.1f}</translation>
    </message>
    <message>
        <source>{} ({}), same seeds. The model is saved.</source>
        <translation>{} ({}), gleiche Startwerte. Das Modell ist gespeichert.</translation>
    </message>
    <message>
        <source>Exported {}</source>
        <translation>{} exportiert</translation>
    </message>
    <message>
        <source>To {}. The originals are untouched.</source>
        <translation>Nach {}. Die Originale sind unberührt.</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>Ordner öffnen</translation>
    </message>
    <message>
        <source>Options…</source>
        <translation>Optionen…</translation>
    </message>
    <message>
        <source>All suspects are reviewed. Fine-tune</source>
        <translation>Alle Verdächtigen sind geprüft. Nachtrainieren</translation>
    </message>
    <message>
        <source>Fine-tune again</source>
        <translation>Noch einmal nachtrainieren</translation>
    </message>
    <message>
        <source>Exported, with {} not reviewed</source>
        <translation>Exportiert, mit {} ohne Prüfung</translation>
    </message>
    <message>
        <source>Go on reviewing and export again, whenever you like.</source>
        <translation>Prüfen Sie weiter, und exportieren Sie noch einmal, wann immer Sie wollen.</translation>
    </message>
    <message>
        <source>Next suspect</source>
        <translation>Nächster Verdächtiger</translation>
    </message>
    <message>
        <source>Export again…</source>
        <translation>Noch einmal exportieren…</translation>
    </message>
    <message>
        <source>{} Go on reviewing, or export again, whenever you like.</source>
        <translation>{} Prüfen Sie weiter, oder exportieren Sie noch einmal, wann immer Sie wollen.</translation>
    </message>
    <message>
        <source>Start review</source>
        <translation>Prüfung beginnen</translation>
    </message>
    <message>
        <source>{} left, {} reviewed</source>
        <translation>Noch {}, {} geprüft</translation>
    </message>
    <message>
        <source>{:,} sample</source>
        <translation>{:,} Bild</translation>
    </message>
    <message>
        <source>other sample</source>
        <translation>anderes Bild</translation>
    </message>
    <message>
        <source>{:,} other sample</source>
        <translation>{:,} anderes Bild</translation>
    </message>
    <message>
        <source>{:,} other samples</source>
        <translation>{:,} andere Bilder</translation>
    </message>
    <message>
        <source>{:,} suspect</source>
        <translation>{:,} Verdächtiger</translation>
    </message>
    <message>
        <source>{:,} suspects</source>
        <translation>{:,} Verdächtige</translation>
    </message>
    <message>
        <source>{:,} file</source>
        <translation>{:,} Datei</translation>
    </message>
    <message>
        <source>{:,} files</source>
        <translation>{:,} Dateien</translation>
    </message>
    <message>
        <source>{:,} image</source>
        <translation>{:,} Bild</translation>
    </message>
    <message>
        <source>{:,} images</source>
        <translation>{:,} Bilder</translation>
    </message>
    <message>
        <source>{:,} disagreement</source>
        <translation>{:,} Uneinigkeit</translation>
    </message>
    <message>
        <source>{:,} disagreements</source>
        <translation>{:,} Uneinigkeiten</translation>
    </message>
    <message>
        <source>{:,} re-ranking</source>
        <translation>{:,} Neuordnung</translation>
    </message>
    <message>
        <source>{:,} re-rankings</source>
        <translation>{:,} Neuordnungen</translation>
    </message>
    <message>
        <source>{} min {} s</source>
        <translation>{} min {} s</translation>
    </message>
    <message>
        <source>{} min</source>
        <translation>{} min</translation>
    </message>
    <message>
        <source>{} h {} min</source>
        <translation>{} h {} min</translation>
    </message>
    <message>
        <source>Everything is reviewed</source>
        <translation>Alles ist geprüft</translation>
    </message>
    <message>
        <source>Nothing is left to expect errors in.</source>
        <translation>Es ist nichts übrig, worin Fehler zu erwarten wären.</translation>
    </message>
    <message>
        <source>Review the next {}, expect {} errors ({}–{})</source>
        <translation>Die nächsten {} prüfen: {} Fehler zu erwarten ({}–{})</translation>
    </message>
    <message>
        <source>In the {} not reviewed about {:.1%} are wrong ({:.1%} to {:.1%}).</source>
        <translation>Ohne Prüfung sind {}, davon etwa {:.1%} falsch ({:.1%} bis {:.1%}).</translation>
    </message>
    <message>
        <source>Enough</source>
        <translation>Genug</translation>
    </message>
    <message>
        <source>{} That is under your {:.1%}.</source>
        <translation>{} Das liegt unter Ihren {:.1%}.</translation>
    </message>
    <message>
        <source>After {} more it would be under {:.1%}.</source>
        <translation>Nach {} weiteren läge es unter {:.1%}.</translation>
    </message>
    <message>
        <source>Audit {}: not begun</source>
        <translation>Stichprobe {}: nicht begonnen</translation>
    </message>
    <message>
        <source>{} drawn.</source>
        <translation>{} gezogen.</translation>
    </message>
    <message>
        <source>Audit {}: {:.1%} wrong ({:.1%} to {:.1%})</source>
        <translation>Stichprobe {}: {:.1%} falsch ({:.1%} bis {:.1%})</translation>
    </message>
    <message>
        <source> {} to go.</source>
        <translation> Noch {}.</translation>
    </message>
    <message>
        <source>{} of {} judged were wrong; 95 % interval. That is {} to {} among {} not flagged.{}</source>
        <translation>{} von {} beurteilten waren falsch; 95-%-Intervall. Das sind {} bis {} unter {} nicht verdächtigen.{}</translation>
    </message>
    <message>
        <source>not defined</source>
        <translation>nicht bestimmt</translation>
    </message>
    <message>
        <source>{} and {}: κ {}, agree on {:.0%} of {}</source>
        <translation>{} und {}: κ {}, einig bei {:.0%} von {}</translation>
    </message>
    <message>
        <source>Budget</source>
        <translation>Aufwand</translation>
    </message>
    <message>
        <source>How many samples next</source>
        <translation>Wie viele Bilder als nächste</translation>
    </message>
    <message>
        <source>Good enough at this share of wrong labels</source>
        <translation>Gut genug bei diesem Anteil falscher Labels</translation>
    </message>
    <message>
        <source>Review next</source>
        <translation>Nächste prüfen</translation>
    </message>
    <message>
        <source>Enough under</source>
        <translation>Genug unter</translation>
    </message>
    <message>
        <source>Audit</source>
        <translation>Stichprobe</translation>
    </message>
    <message>
        <source>Go on with it</source>
        <translation>Damit weitermachen</translation>
    </message>
    <message>
        <source>Second opinion</source>
        <translation>Zweite Meinung</translation>
    </message>
    <message>
        <source>Review blind as second reviewer…</source>
        <translation>Blind als Zweitprüfer prüfen…</translation>
    </message>
    <message>
        <source>Adopt opinions nobody opposes</source>
        <translation>Meinungen übernehmen, denen niemand widerspricht</translation>
    </message>
    <message>
        <source>No suspects yet</source>
        <translation>Noch keine Verdächtigen</translation>
    </message>
    <message>
        <source>Find suspects to see what to expect.</source>
        <translation>Finden Sie Verdächtige, um zu sehen, was zu erwarten ist.</translation>
    </message>
    <message>
        <source>A random sample of what was not flagged, judged without seeing what the detectors think, tells how many errors are left there.</source>
        <translation>Eine Zufallsstichprobe aus dem nicht Verdächtigen, beurteilt ohne die Meinung der Detektoren, sagt, wie viele Fehler dort übrig sind.</translation>
    </message>
    <message>
        <source>Somebody else decides without seeing your verdicts; then you see where you differ.</source>
        <translation>Jemand anders entscheidet, ohne Ihre Urteile zu sehen; dann sehen Sie, wo Sie abweichen.</translation>
    </message>
    <message>
        <source>{} reviews without seeing anybody else&apos;s verdicts.</source>
        <translation>{} prüft, ohne die Urteile anderer zu sehen.</translation>
    </message>
    <message>
        <source>End the blind review</source>
        <translation>Die blinde Prüfung beenden</translation>
    </message>
    <message>
        <source>{} to settle</source>
        <translation>{} zu klären</translation>
    </message>
    <message>
        <source>Filters and groups</source>
        <translation>Filter und Gruppen</translation>
    </message>
    <message>
        <source>Groups</source>
        <translation>Gruppen</translation>
    </message>
    <message>
        <source>No suspects</source>
        <translation>Keine Verdächtigen</translation>
    </message>
    <message>
        <source>Nothing matches these filters</source>
        <translation>Nichts passt zu diesen Filtern</translation>
    </message>
    <message>
        <source>No label of this dataset looks wrong.</source>
        <translation>Kein Label dieses Datensatzes sieht falsch aus.</translation>
    </message>
    <message>
        <source>Loosen a filter, or clear them all.</source>
        <translation>Lockern Sie einen Filter, oder leeren Sie alle.</translation>
    </message>
    <message>
        <source>{} is still running</source>
        <translation>{} läuft noch</translation>
    </message>
    <message>
        <source>Stop it? What is finished is kept, and it goes on from there next time.</source>
        <translation>Anhalten? Was fertig ist, bleibt, und beim nächsten Mal geht es dort weiter.</translation>
    </message>
    <message>
        <source>Stop the job</source>
        <translation>Die Aufgabe anhalten</translation>
    </message>
    <message>
        <source>{} {:,} samples?</source>
        <translation>{} {:,} Bilder?</translation>
    </message>
    <message>
        <source>Ctrl+Z takes it back in one step.</source>
        <translation>Strg+Z nimmt es in einem Schritt zurück.</translation>
    </message>
    <message>
        <source>By their suspicion, about {:,} of the given labels are right.</source>
        <translation>Nach ihrem Verdacht sind etwa {:,} der gegebenen Labels richtig.</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>Projekt öffnen</translation>
    </message>
    <message>
        <source>Open table</source>
        <translation>Tabelle öffnen</translation>
    </message>
    <message>
        <source>Open a folder of images</source>
        <translation>Einen Ordner mit Bildern öffnen</translation>
    </message>
    <message>
        <source>You will not see the verdicts of {}, who will not see yours.
Your name:</source>
        <translation>Sie sehen die Urteile von {} nicht, und umgekehrt auch nicht.
Ihr Name:</translation>
    </message>
    <message>
        <source>Review blind as second reviewer</source>
        <translation>Blind als Zweitprüfer prüfen</translation>
    </message>
    <message>
        <source>Save view</source>
        <translation>Ansicht speichern</translation>
    </message>
    <message>
        <source>Name of this view:</source>
        <translation>Name dieser Ansicht:</translation>
    </message>
    <message>
        <source>Re-ranked from your verdicts</source>
        <translation>Nach Ihren Urteilen neu geordnet</translation>
    </message>
    <message>
        <source>Not re-ranked; the jobs list says why</source>
        <translation>Nicht neu geordnet; die Aufgabenliste sagt, warum</translation>
    </message>
    <message>
        <source>{} selected</source>
        <translation>{} ausgewählt</translation>
    </message>
    <message>
        <source>Acts on 1 sample</source>
        <translation>Wirkt auf 1 Bild</translation>
    </message>
    <message>
        <source>Sort by</source>
        <translation>Ordnen nach</translation>
    </message>
    <message>
        <source>As drawn</source>
        <translation>Wie gezogen</translation>
    </message>
    <message>
        <source>Sort direction</source>
        <translation>Richtung der Ordnung</translation>
    </message>
    <message>
        <source>Size of the pictures</source>
        <translation>Größe der Bilder</translation>
    </message>
    <message>
        <source>Size of the pictures (+ and -)</source>
        <translation>Größe der Bilder (+ und -)</translation>
    </message>
    <message>
        <source>  ·  {} to review</source>
        <translation>  ·  {} offen</translation>
    </message>
    <message>
        <source>  ·  all reviewed</source>
        <translation>  ·  alle geprüft</translation>
    </message>
    <message>
        <source>Highest first</source>
        <translation>Höchste zuerst</translation>
    </message>
    <message>
        <source>Lowest first</source>
        <translation>Niedrigste zuerst</translation>
    </message>
    <message>
        <source>Accept all</source>
        <translation>Alle annehmen</translation>
    </message>
    <message>
        <source>Keep all</source>
        <translation>Alle behalten</translation>
    </message>
    <message>
        <source>Chosen in the chart</source>
        <translation>Im Diagramm gewählt</translation>
    </message>
    <message>
        <source>about {:,} of the given labels right</source>
        <translation>etwa {:,} der gegebenen Labels richtig</translation>
    </message>
    <message>
        <source>Accept all {}</source>
        <translation>Alle {} annehmen</translation>
    </message>
    <message>
        <source>Accept the suggestion for all {} not reviewed</source>
        <translation>Den Vorschlag für alle {} offenen annehmen</translation>
    </message>
    <message>
        <source>Keep all {}</source>
        <translation>Alle {} behalten</translation>
    </message>
    <message>
        <source>Keep the label of all {} not reviewed</source>
        <translation>Das Label aller {} offenen behalten</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>Behalten</translation>
    </message>
    <message>
        <source>Relabelled</source>
        <translation>Umbenannt</translation>
    </message>
    <message>
        <source>Excluded</source>
        <translation>Ausgeschlossen</translation>
    </message>
    <message>
        <source>given {}</source>
        <translation>gegeben {}</translation>
    </message>
    <message>
        <source>suggested {}</source>
        <translation>vorgeschlagen {}</translation>
    </message>
    <message>
        <source>{} likely to be wrong</source>
        <translation>{} wahrscheinlich falsch</translation>
    </message>
    <message>
        <source>relabelled {}</source>
        <translation>umbenannt in {}</translation>
    </message>
    <message>
        <source>not reviewed</source>
        <translation>nicht geprüft</translation>
    </message>
    <message>
        <source>Keep the label, pick another class, exclude, or say that you are unsure.</source>
        <translation>Behalten Sie das Label, wählen Sie eine andere Klasse, schließen Sie aus, oder sagen Sie, dass Sie unsicher sind.</translation>
    </message>
    <message>
        <source>There is no suggestion while you judge blind.</source>
        <translation>Wer blind urteilt, sieht keinen Vorschlag.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Reading the dataset</source>
        <translation>Lese den Datensatz</translation>
    </message>
    <message>
        <source>Looking at the images</source>
        <translation>Sehe die Bilder an</translation>
    </message>
    <message>
        <source>Comparing labels</source>
        <translation>Vergleiche die Labels</translation>
    </message>
    <message>
        <source>Writing files</source>
        <translation>Schreibe Dateien</translation>
    </message>
    <message>
        <source>Reading the other copy</source>
        <translation>Lese die andere Kopie</translation>
    </message>
    <message>
        <source>Taking in what is new</source>
        <translation>Übernehme, was neu ist</translation>
    </message>
    <message>
        <source>Bringing samples up to date</source>
        <translation>Bringe die Bilder auf den neuesten Stand</translation>
    </message>
    <message>
        <source>Writing the model</source>
        <translation>Schreibe das Modell</translation>
    </message>
    <message>
        <source>Testing the detectors</source>
        <translation>Teste die Detektoren</translation>
    </message>
    <message>
        <source>finished</source>
        <translation>fertig</translation>
    </message>
    <message>
        <source>Step {} of {}: {}</source>
        <translation>Schritt {} von {}: {}</translation>
    </message>
    <message>
        <source>Progress of the job</source>
        <translation>Fortschritt der Aufgabe</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>Abbrechen</translation>
    </message>
    <message>
        <source>Cancel the job</source>
        <translation>Die Aufgabe abbrechen</translation>
    </message>
    <message>
        <source>{}: stopping…</source>
        <translation>{}: hält an…</translation>
    </message>
    <message>
        <source>{}: starting…</source>
        <translation>{}: beginnt…</translation>
    </message>
    <message>
        <source>The first start loads the libraries; this takes some seconds.</source>
        <translation>Der erste Start lädt die Bibliotheken; das dauert einige Sekunden.</translation>
    </message>
    <message>
        <source>{:,.0f} a second</source>
        <translation>{:,.0f} pro Sekunde</translation>
    </message>
    <message>
        <source>{:.1f} a second</source>
        <translation>{:.1f} pro Sekunde</translation>
    </message>
    <message>
        <source>{} left</source>
        <translation>noch {}</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>Größe</translation>
    </message>
    <message>
        <source>{} bytes</source>
        <translation>{} Byte</translation>
    </message>
    <message>
        <source>the file is gone</source>
        <translation>die Datei ist weg</translation>
    </message>
    <message>
        <source>A second opinion comes from somebody else. Your name is in the preferences.</source>
        <translation>Eine zweite Meinung kommt von jemand anderem. Ihr Name steht in den Einstellungen.</translation>
    </message>
    <message>
        <source>{} is the first reviewer.</source>
        <translation>{} prüft als Erster.</translation>
    </message>
    <message>
        <source>the same samples</source>
        <translation>dieselben Bilder</translation>
    </message>
    <message>
        <source>Show them</source>
        <translation>Zeigen</translation>
    </message>
    <message>
        <source>{} between the reviewers</source>
        <translation>{} zwischen den Prüfenden</translation>
    </message>
    <message>
        <source>End the blind review first.</source>
        <translation>Beenden Sie zuerst die blinde Prüfung.</translation>
    </message>
    <message>
        <source>You review blind to the others&apos; verdicts.</source>
        <translation>Sie prüfen blind für die Urteile der anderen.</translation>
    </message>
    <message>
        <source>Nobody disagrees</source>
        <translation>Niemand ist uneins</translation>
    </message>
    <message>
        <source>Every opinion has been adopted or is opposed</source>
        <translation>Jede Meinung ist übernommen oder umstritten</translation>
    </message>
    <message>
        <source>{} to settle.</source>
        <translation>{} zu klären.</translation>
    </message>
    <message>
        <source>Others&apos; verdicts and what the detectors think are hidden; yours are kept beside.</source>
        <translation>Urteile anderer und die Meinung der Detektoren sind verborgen; Ihre kommen daneben.</translation>
    </message>
    <message>
        <source>{} reviews blind</source>
        <translation>{} prüft blind</translation>
    </message>
    <message>
        <source>Disagreements   ·   all settled</source>
        <translation>Uneinigkeiten   ·   alle geklärt</translation>
    </message>
    <message>
        <source>Disagreements   ·   {} to settle</source>
        <translation>Uneinigkeiten   ·   {} zu klären</translation>
    </message>
    <message>
        <source>Any verdict settles it.</source>
        <translation>Jedes Urteil klärt es.</translation>
    </message>
    <message>
        <source>exclude</source>
        <translation>ausschließen</translation>
    </message>
    <message>
        <source>any verdict settles it</source>
        <translation>jedes Urteil klärt es</translation>
    </message>
    <message>
        <source>Sample</source>
        <translation>Bild</translation>
    </message>
    <message>
        <source>Charts</source>
        <translation>Diagramme</translation>
    </message>
    <message>
        <source>Training</source>
        <translation>Training</translation>
    </message>
    <message>
        <source>Find the wrong labels in an image dataset, put them right by keyboard, and train on the result. Everything stays on this computer.</source>
        <translation>Finden Sie die falschen Labels in einem Bilddatensatz, berichtigen Sie sie per Tastatur, und trainieren Sie mit dem Ergebnis. Alles bleibt auf diesem Rechner.</translation>
    </message>
    <message>
        <source>not found</source>
        <translation>nicht gefunden</translation>
    </message>
    <message>
        <source>Clean labels, better models</source>
        <translation>Saubere Labels, bessere Modelle</translation>
    </message>
    <message>
        <source>Drop a folder or a CSV here</source>
        <translation>Einen Ordner oder eine CSV hier ablegen</translation>
    </message>
    <message>
        <source>One folder for each class, or a table of path and label. Your files are only read.</source>
        <translation>Ein Ordner je Klasse oder eine Tabelle mit Pfad und Label. Ihre Dateien werden nur gelesen.</translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation>Ordner öffnen…</translation>
    </message>
    <message>
        <source>Open CSV…</source>
        <translation>CSV öffnen…</translation>
    </message>
    <message>
        <source>Open a table of paths and labels</source>
        <translation>Eine Tabelle mit Pfaden und Labels öffnen</translation>
    </message>
    <message>
        <source>Open an existing project</source>
        <translation>Ein vorhandenes Projekt öffnen</translation>
    </message>
    <message>
        <source>New here? Try the demo</source>
        <translation>Neu hier? Die Demo ausprobieren</translation>
    </message>
    <message>
        <source>1,797 handwritten digits, a fifth of them with a wrong label that we know of. Takes about a minute.</source>
        <translation>1.797 handgeschriebene Ziffern, ein Fünftel davon mit einem falschen Label, von dem wir wissen. Dauert etwa eine Minute.</translation>
    </message>
    <message>
        <source>Try the demo</source>
        <translation>Demo ausprobieren</translation>
    </message>
    <message>
        <source>RECENT PROJECTS</source>
        <translation>LETZTE PROJEKTE</translation>
    </message>
    <message>
        <source>Open {}</source>
        <translation>{} öffnen</translation>
    </message>
    <message>
        <source>Remove from this list</source>
        <translation>Aus dieser Liste entfernen</translation>
    </message>
    <message>
        <source>Menu</source>
        <translation>Menü</translation>
    </message>
    <message>
        <source>Loss and accuracy appear here while a model trains.</source>
        <translation>Verlust und Genauigkeit erscheinen hier, während ein Modell trainiert.</translation>
    </message>
    <message>
        <source>Measured on {:,} held-out samples, 95 % intervals.</source>
        <translation>Gemessen an {:,} zurückgehaltenen Bildern, 95-%-Intervalle.</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>Grund</translation>
    </message>
    <message>
        <source>{} could not be read</source>
        <translation>{} nicht lesbar</translation>
    </message>
    <message>
        <source>They are left out of everything; the rest is not affected.</source>
        <translation>Sie bleiben überall weg; der Rest ist nicht betroffen.</translation>
    </message>
    <message>
        <source>Copy list</source>
        <translation>Liste kopieren</translation>
    </message>
    <message>
        <source>Views</source>
        <translation>Ansichten</translation>
    </message>
    <message>
        <source>Saved views</source>
        <translation>Gespeicherte Ansichten</translation>
    </message>
    <message>
        <source>Open, save or forget a view</source>
        <translation>Eine Ansicht öffnen, speichern oder vergessen</translation>
    </message>
    <message>
        <source>Save this view…</source>
        <translation>Diese Ansicht speichern…</translation>
    </message>
    <message>
        <source>Forget</source>
        <translation>Vergessen</translation>
    </message>
    <message>
        <source>Hidden while you judge blind: it would tell what the detectors think</source>
        <translation>Verborgen, solange Sie blind urteilen: Es verriete, was die Detektoren meinen</translation>
    </message>
    <message>
        <source>Reading the embedding</source>
        <translation>Lese die Einbettung</translation>
    </message>
    <message>
        <source>Finding neighbours</source>
        <translation>Suche Nachbarn</translation>
    </message>
    <message>
        <source>Loading UMAP, the first time slowly</source>
        <translation>Lade UMAP, beim ersten Mal langsam</translation>
    </message>
    <message>
        <source>Laying out</source>
        <translation>Ordne an</translation>
    </message>
    <message>
        <source>Placing the rest</source>
        <translation>Setze die übrigen Punkte</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>Hält an…</translation>
    </message>
    <message>
        <source>No UMAP layout: {}</source>
        <translation>Keine UMAP-Anordnung: {}</translation>
    </message>
    <message>
        <source>No UMAP layout: this project is open for reading only. Close the other window, then open the project again.</source>
        <translation>Keine UMAP-Anordnung: Dieses Projekt ist nur zum Lesen geöffnet. Schließen Sie das andere Fenster, und öffnen Sie das Projekt dann noch einmal.</translation>
    </message>
    <message>
        <source>Interrupted</source>
        <translation>Unterbrochen</translation>
    </message>
    <message>
        <source>, took {}</source>
        <translation>, dauerte {}</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>Parameter</translation>
    </message>
    <message>
        <source>Figures</source>
        <translation>Zahlen</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>Dateien</translation>
    </message>
    <message>
        <source>Its files have been removed.</source>
        <translation>Seine Dateien wurden entfernt.</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>Protokoll</translation>
    </message>
    <message>
        <source>Columns of annotators</source>
        <translation>Spalten der Annotatoren</translation>
    </message>
    <message>
        <source>&amp;Annotators</source>
        <translation>&amp;Annotatoren</translation>
    </message>
    <message>
        <source>Tick the columns with the label that each of several people gave. All of them are heard; without a label column what most of them said is the label.</source>
        <translation>Haken Sie die Spalten an, in denen steht, welche Klasse jede von mehreren Personen vergab. Alle werden gehört; ohne Klassenspalte gilt, was die meisten sagten.</translation>
    </message>
</context>
</TS>
