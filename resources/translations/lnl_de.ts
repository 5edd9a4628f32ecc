<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="de_DE">
<context>
    <name>Catalogue</name>
    <message>
        <source>Another job is at work.</source>
        <translation>Es läuft schon eine andere Aufgabe.</translation>
    </message>
    <message>
        <source>Wait for it, or cancel it.</source>
        <translation>Warten Sie sie ab, oder brechen Sie sie ab.</translation>
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
        <translation>Bewegen</translation>
    </message>
    <message>
        <source>Drag to move the map</source>
        <translation>Ziehen, um die Karte zu bewegen</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>Einpassen</translation>
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
        <source>Classes in their order</source>
        <translation>Klassen in ihrer Reihenfolge</translation>
    </message>
    <message>
        <source>Most confused first</source>
        <translation>Die am häufigsten verwechselten zuerst</translation>
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
        <source>Cleaning {} {:.1f} points of accuracy</source>
        <translation>Bereinigen: {} {:.1f} Punkte Genauigkeit</translation>
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
        <source>Try again</source>
        <translation>Noch einmal versuchen</translation>
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
        <source>Export the curated dataset</source>
        <translation>Den bereinigten Datensatz exportieren</translation>
    </message>
    <message>
        <source>Class folders with the current labels, a CSV of every sample and the journal of all verdicts. The originals stay as they are.</source>
        <translation>Klassenordner mit den aktuellen Labels, eine CSV aller Bilder und das Journal aller Urteile. Die Originale bleiben, wie sie sind.</translation>
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
        <translation>Geben Sie eine Zahl wie 0.001 oder 1e-4 an, oder lassen Sie das Feld leer.</translation>
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
        <translation>Labels verschieden</translation>
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
        <source>MORE</source>
        <translation>MEHR</translation>
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
        <source>unseen</source>
        <translation>offen</translation>
    </message>
    <message>
        <source>kept</source>
        <translation>behalten</translation>
    </message>
    <message>
        <source>relabelled</source>
        <translation>umbenannt</translation>
    </message>
    <message>
        <source>excluded</source>
        <translation>ausgeschlossen</translation>
    </message>
    <message>
        <source>unsure</source>
        <translation>unsicher</translation>
    </message>
    <message>
        <source>Given → suggested</source>
        <translation>Gegeben → vorgeschlagen</translation>
    </message>
    <message>
        <source>Cluster</source>
        <translation>Cluster</translation>
    </message>
    <message>
        <source>Detectors against</source>
        <translation>Detektoren dagegen</translation>
    </message>
    <message>
        <source>Near-duplicate group</source>
        <translation>Gruppe von Dubletten</translation>
    </message>
    <message>
        <source>Time of verdict</source>
        <translation>Zeit des Urteils</translation>
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
        <source>given</source>
        <translation>gegebenem Label</translation>
    </message>
    <message>
        <source>suggested</source>
        <translation>Vorschlag</translation>
    </message>
    <message>
        <source>suspicion</source>
        <translation>Verdacht</translation>
    </message>
    <message>
        <source>status</source>
        <translation>Status</translation>
    </message>
    <message>
        <source>Look at all {} images and find the labels that do not fit.</source>
        <translation>Alle {} Bilder ansehen und die Labels finden, die nicht passen.</translation>
    </message>
    <message>
        <source>Review {} suspects</source>
        <translation>{} Verdächtige prüfen</translation>
    </message>
    <message>
        <source>W accepts the suggestion, Q keeps the label, E excludes, N is unsure.</source>
        <translation>W nimmt den Vorschlag an, Q behält das Label, E schließt aus, N ist unsicher.</translation>
    </message>
    <message>
        <source>Train on the curated labels and see what the cleaning gained.</source>
        <translation>Mit den bereinigten Labels trainieren und sehen, was das Bereinigen gebracht hat.</translation>
    </message>
    <message>
        <source>Write the curated dataset, the tables and the journal.</source>
        <translation>Den bereinigten Datensatz, die Tabellen und das Journal schreiben.</translation>
    </message>
    <message>
        <source>The curated dataset has been exported.</source>
        <translation>Der bereinigte Datensatz ist exportiert.</translation>
    </message>
    <message>
        <source>Accepted the suggestion for {} sample</source>
        <translation>Vorschlag angenommen für {} Bild</translation>
    </message>
    <message>
        <source>Accepted the suggestion for {} samples</source>
        <translation>Vorschlag angenommen für {} Bilder</translation>
    </message>
    <message>
        <source>Kept the label of {} sample</source>
        <translation>Label behalten für {} Bild</translation>
    </message>
    <message>
        <source>Kept the label of {} samples</source>
        <translation>Label behalten für {} Bilder</translation>
    </message>
    <message>
        <source>Excluded {} sample</source>
        <translation>{} Bild ausgeschlossen</translation>
    </message>
    <message>
        <source>Excluded {} samples</source>
        <translation>{} Bilder ausgeschlossen</translation>
    </message>
    <message>
        <source>Marked as unsure {} sample</source>
        <translation>{} Bild als unsicher markiert</translation>
    </message>
    <message>
        <source>Marked as unsure {} samples</source>
        <translation>{} Bilder als unsicher markiert</translation>
    </message>
    <message>
        <source>Reset {} sample</source>
        <translation>{} Bild zurückgesetzt</translation>
    </message>
    <message>
        <source>Reset {} samples</source>
        <translation>{} Bilder zurückgesetzt</translation>
    </message>
    <message>
        <source>Kept one and excluded the rest of {} sample</source>
        <translation>Eines behalten und die übrigen von {} Bild ausgeschlossen</translation>
    </message>
    <message>
        <source>Kept one and excluded the rest of {} samples</source>
        <translation>Eines behalten und die übrigen von {} Bildern ausgeschlossen</translation>
    </message>
    <message>
        <source>Adopted the opinions on {} sample</source>
        <translation>Meinungen zu {} Bild übernommen</translation>
    </message>
    <message>
        <source>Adopted the opinions on {} samples</source>
        <translation>Meinungen zu {} Bildern übernommen</translation>
    </message>
    <message>
        <source>Undid: Accepted the suggestion for {} sample</source>
        <translation>Zurückgenommen: Vorschlag angenommen für {} Bild</translation>
    </message>
    <message>
        <source>Undid: Accepted the suggestion for {} samples</source>
        <translation>Zurückgenommen: Vorschlag angenommen für {} Bilder</translation>
    </message>
    <message>
        <source>Undid: Kept the label of {} sample</source>
        <translation>Zurückgenommen: Label behalten für {} Bild</translation>
    </message>
    <message>
        <source>Undid: Kept the label of {} samples</source>
        <translation>Zurückgenommen: Label behalten für {} Bilder</translation>
    </message>
    <message>
        <source>Undid: Excluded {} sample</source>
        <translation>Zurückgenommen: {} Bild ausgeschlossen</translation>
    </message>
    <message>
        <source>Undid: Excluded {} samples</source>
        <translation>Zurückgenommen: {} Bilder ausgeschlossen</translation>
    </message>
    <message>
        <source>Undid: Marked as unsure {} sample</source>
        <translation>Zurückgenommen: {} Bild als unsicher markiert</translation>
    </message>
    <message>
        <source>Undid: Marked as unsure {} samples</source>
        <translation>Zurückgenommen: {} Bilder als unsicher markiert</translation>
    </message>
    <message>
        <source>Undid: Reset {} sample</source>
        <translation>Zurückgenommen: {} Bild zurückgesetzt</translation>
    </message>
    <message>
        <source>Undid: Reset {} samples</source>
        <translation>Zurückgenommen: {} Bilder zurückgesetzt</translation>
    </message>
    <message>
        <source>Undid: Kept one and excluded the rest of {} sample</source>
        <translation>Zurückgenommen: Eines behalten und die übrigen von {} Bild ausgeschlossen</translation>
    </message>
    <message>
        <source>Undid: Kept one and excluded the rest of {} samples</source>
        <translation>Zurückgenommen: Eines behalten und die übrigen von {} Bildern ausgeschlossen</translation>
    </message>
    <message>
        <source>Undid: Adopted the opinions on {} sample</source>
        <translation>Zurückgenommen: Meinungen zu {} Bild übernommen</translation>
    </message>
    <message>
        <source>Undid: Adopted the opinions on {} samples</source>
        <translation>Zurückgenommen: Meinungen zu {} Bildern übernommen</translation>
    </message>
    <message>
        <source>Redid: Accepted the suggestion for {} sample</source>
        <translation>Wiederholt: Vorschlag angenommen für {} Bild</translation>
    </message>
    <message>
        <source>Redid: Accepted the suggestion for {} samples</source>
        <translation>Wiederholt: Vorschlag angenommen für {} Bilder</translation>
    </message>
    <message>
        <source>Redid: Kept the label of {} sample</source>
        <translation>Wiederholt: Label behalten für {} Bild</translation>
    </message>
    <message>
        <source>Redid: Kept the label of {} samples</source>
        <translation>Wiederholt: Label behalten für {} Bilder</translation>
    </message>
    <message>
        <source>Redid: Excluded {} sample</source>
        <translation>Wiederholt: {} Bild ausgeschlossen</translation>
    </message>
    <message>
        <source>Redid: Excluded {} samples</source>
        <translation>Wiederholt: {} Bilder ausgeschlossen</translation>
    </message>
    <message>
        <source>Redid: Marked as unsure {} sample</source>
        <translation>Wiederholt: {} Bild als unsicher markiert</translation>
    </message>
    <message>
        <source>Redid: Marked as unsure {} samples</source>
        <translation>Wiederholt: {} Bilder als unsicher markiert</translation>
    </message>
    <message>
        <source>Redid: Reset {} sample</source>
        <translation>Wiederholt: {} Bild zurückgesetzt</translation>
    </message>
    <message>
        <source>Redid: Reset {} samples</source>
        <translation>Wiederholt: {} Bilder zurückgesetzt</translation>
    </message>
    <message>
        <source>Redid: Kept one and excluded the rest of {} sample</source>
        <translation>Wiederholt: Eines behalten und die übrigen von {} Bild ausgeschlossen</translation>
    </message>
    <message>
        <source>Redid: Kept one and excluded the rest of {} samples</source>
        <translation>Wiederholt: Eines behalten und die übrigen von {} Bildern ausgeschlossen</translation>
    </message>
    <message>
        <source>Redid: Adopted the opinions on {} sample</source>
        <translation>Wiederholt: Meinungen zu {} Bild übernommen</translation>
    </message>
    <message>
        <source>Redid: Adopted the opinions on {} samples</source>
        <translation>Wiederholt: Meinungen zu {} Bildern übernommen</translation>
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
        <source>{} left of {}</source>
        <translation>{} von {} übrig</translation>
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
        <translation>In den {} ohne Prüfung sind etwa {:.1%} falsch ({:.1%} bis {:.1%}).</translation>
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
        <source>suspicion {:.2f}</source>
        <translation>Verdacht {:.2f}</translation>
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
        <source>There is no suggestion in an audit.</source>
        <translation>In einer Stichprobe gibt es keinen Vorschlag.</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>Öffnen</translation>
    </message>
    <message>
        <source>Looking for images</source>
        <translation>Suche Bilder</translation>
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
        <source>Testing the detectors</source>
        <translation>Teste die Detektoren</translation>
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
        <source>Nobody else&apos;s verdicts are shown; yours are kept beside theirs.</source>
        <translation>Die Urteile anderer werden nicht gezeigt; Ihre stehen neben ihren.</translation>
    </message>
    <message>
        <source>{} reviews blind</source>
        <translation>{} prüft blind</translation>
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
</context>
</TS>
