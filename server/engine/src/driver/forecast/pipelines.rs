//! Called pipelines in a forecast: their steps stand behind the step that calls them.

use pipeline::{Reference, Step};

use super::{Because, Came, Fate, Foreseen, Seer, Sure, given};
use crate::{
    JournalError,
    autos::{self, Stage},
    driver::{frame::Frame, parameters, pipelines::Sight, record::Answer},
    prepare::PipelineCall,
};

impl Seer<'_> {
    pub(super) fn pipeline(
        &mut self,
        frame: &Frame,
        step: usize,
        written: &Step,
        call: &PipelineCall,
        sure: Sure,
    ) -> Result<Came, JournalError> {
        let scope = frame.scope_of(step);
        let mut foreseen = Foreseen::of(&frame.flights[step], sure == Sure::Yes);
        foreseen.tool = Some(call.calling.signature.name.to_owned());
        let inside = |it: &Reference| it.place.starts_with("parameters");
        if let Some(upstream) = self.unknown_of(frame, written, inside) {
            foreseen.parameters = self.as_far_as_known(frame, written, &scope);
            foreseen.because = Some(Because::upstream(&upstream));
            self.tell(foreseen);
            return Ok(Came::Unknown);
        }
        let means = &self.prepared.means;
        let signature = Some(call.calling.signature);
        if !autos::at_stage(written, Stage::Start, signature, None, &[]).is_empty() {
            foreseen.parameters = self.as_far_as_known(frame, written, &scope);
            foreseen.because = Some(Because::auto());
            self.tell(foreseen);
            return Ok(Came::Unknown);
        }
        let found = parameters::ask(written, &call.calling, &scope, means).and_then(|asked| {
            foreseen.parameters = given(written, &asked);
            Sight::new(frame, step, written, &asked, &call.callee, means)
        });
        let (sight, mut opened, secrets) = match found {
            Ok(found) => found,
            Err(failure) => {
                foreseen.fate = Fate::Fails;
                foreseen.because = Some(Because::failure(&failure.message));
                self.tell(foreseen);
                return Ok(Came::Failed(failure));
            }
        };
        self.secrets.extend(secrets);
        foreseen.fate = Fate::Pipeline;
        self.tell(foreseen);
        // Nothing outside is read from inside but what was handed in.
        let outside = std::mem::replace(&mut self.unknown, vec![Vec::new()]);
        let is_known = self.walk(&mut opened, sure);
        self.unknown = outside;
        Ok(if is_known? { Came::To(Answer::Value(sight.value(&opened))) } else { Came::Unknown })
    }
}
